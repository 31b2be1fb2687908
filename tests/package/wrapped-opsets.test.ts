import { InferenceSession, Tensor, type TypedTensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { elementTypes, writeNode, writeTensor, writeValueInfo } from '../../engine/base/onnx/model-proto.ts';
import { ProtobufWriter } from '../../engine/base/onnx/protobuf-writer.ts';
import { readModel } from '../../engine/base/onnx/read-model.ts';
import type { AdoptedMapping, OutputForm } from '../../engine/contract/adopted-mapping.ts';
import { foreignPart } from '../../engine/package/adopted/mapping.ts';
import { wrapForeign } from '../../engine/package/adopted/wrap-foreign.ts';
import type { AdoptedModel } from '../../engine/train/model.ts';

const origin = { galleyVersion: '0.0.0', recipeHash: 'sha256:0', datasetIdentity: 'sha256:1' };
const weights = Float32Array.of(1, 0, -1, 2);

/** x [N, 2] times weights [2, width], in an opset; the graph's own names are those of Galley's inputs and outputs. */
function file(opset: number, type: 'float' | 'double' | 'int64', width: number): Uint8Array {
  const writer = new ProtobufWriter();
  writer.integer(1, 4);
  writer.message(7, (graph) => {
    const node = (operator: string, inputs: string[], output: string, attributes = {}) =>
      graph.message(1, (entry) => writeNode(entry, { operator, domain: '', inputs, outputs: [output], attributes }));
    node('Cast', ['a'], 'b', { to: { integer: elementTypes.float } });
    node('MatMul', ['b', 'label'], 'probabilities');
    graph.text(2, 'own');
    graph.message(5, (entry) =>
      writeTensor(entry, 'label', { type: 'float', shape: [2, width], values: weights.slice(0, 2 * width) }),
    );
    graph.message(11, (value) => writeValueInfo(value, { name: 'a', type, shape: ['N', 2] }));
    graph.message(12, (value) => writeValueInfo(value, { name: 'probabilities', type: 'float', shape: ['N', width] }));
  });
  writer.message(8, (entry) => entry.integer(2, opset));
  return writer.finish();
}

function wrapped(opset: number, type: 'float' | 'double' | 'int64', form: OutputForm): Uint8Array {
  const isRegression = form === 'prediction';
  const mapping: AdoptedMapping = {
    task: isRegression ? 'regression' : 'binary',
    inputs: [{ tensor: 'a', columns: ['a', 'b'] }],
    output: { tensor: 'probabilities', form },
    classes: isRegression ? [] : ['yes', 'no'],
  };
  const onnx = file(opset, type, form === 'logits' || form === 'probabilities' ? 2 : 1);
  const columns = ['a', 'b', 'target'].map((name) => ({ name, type: 'float64' as const }));
  const foreign = foreignPart(onnx, readModel(onnx), mapping, columns, 'target');
  const field = { type: 'float64', tensor: 'float', nullable: true } as const;
  const signature = {
    task: mapping.task,
    target: 'target',
    inputs: [
      { name: 'a', ...field },
      { name: 'b', ...field },
    ],
  };
  const model: AdoptedModel = {
    task: mapping.task,
    target: 'target',
    classes: isRegression ? [] : ['no', 'yes'],
    threshold: 0.5,
    features: [],
    learner: 'adopted',
    foreign,
  };
  return wrapForeign(model, signature, origin);
}

async function answersOf(onnx: Uint8Array, a: number[], b: number[]) {
  const session = await InferenceSession.create(onnx, { logSeverityLevel: 4 });
  const column = (values: number[]) => new Tensor('float32', Float32Array.from(values), [values.length, 1]);
  const { label, probabilities, prediction } = await session.run({ a: column(a), b: column(b) });
  await session.release();
  return {
    values: Array.from(((probabilities ?? prediction) as TypedTensor<'float32'>).data),
    labels: label && (label as TypedTensor<'string'>).data,
  };
}

const logistic = (value: number) => 1 / (1 + Math.exp(-value));

describe.each([7, 8, 9, 10, 11, 12, 13, 15, 17, 18, 20, 21, 23, 26])('a graph of opset %i', (opset) => {
  it('gives a number', async () => {
    const { values } = await answersOf(wrapped(opset, 'float', 'prediction'), [3, 4], [1, 2]);
    expect(values).toEqual([3, 4]);
  });

  it('gives the probability of both classes by that of the second, with the threshold', async () => {
    const { values, labels } = await answersOf(wrapped(opset, 'double', 'probability'), [0.25, 0.5], [1, 2]);
    expect(values).toEqual([0.25, 0.75, 0.5, 0.5]);
    expect(labels).toEqual(['yes', 'yes']);
  });

  it('takes what sums of shares lie outside of 0 to 1 away, and nothing more', async () => {
    const [little, more] = [Math.fround(-4e-8), Math.fround(1.2)];
    const { values } = await answersOf(wrapped(opset, 'double', 'probability'), [little, more, Number.NaN], [0, 0, 0]);
    expect(values.filter((_, place) => place % 2 === 0)).toEqual([opset < 9 ? little : 0, more, Number.NaN]);
    const above = await answersOf(wrapped(opset, 'double', 'probability'), [Math.fround(1.0000002)], [0]);
    expect(above.values[0]).toBe(opset < 9 ? Math.fround(1.0000002) : 1);
  });

  it('makes probabilities of scores', async () => {
    const one = await answersOf(wrapped(opset, 'float', 'logit'), [1.5], [0]);
    expect(one.values[0]).toBeCloseTo(logistic(1.5), 6);
    const two = await answersOf(wrapped(opset, 'float', 'logits'), [0.5], [1]);
    // Scores 0.5 - 1 of the first of its classes and 2 of the second: the model has them in the other order.
    expect(two.values[0]).toBeCloseTo(logistic(2 + 0.5), 6);
    expect(two.labels).toEqual(['no']);
  });

  it('takes whole numbers where it can tell what is missing', async () => {
    if (opset < 9) {
      expect(() => wrapped(opset, 'int64', 'prediction')).toThrow(/cannot tell what is missing/);
      return;
    }
    const { values } = await answersOf(wrapped(opset, 'int64', 'prediction'), [3.9, Number.NaN, 1e30], [0, 0, 0]);
    expect(values).toEqual([3, 0, 2 ** 53]);
  });
});
