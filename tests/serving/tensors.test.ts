import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { GraphBuilder } from '../../engine/base/onnx/graph-builder.ts';
import type { FieldSignature, Signature } from '../../engine/contract/values.ts';
import { encodeRows, setValue } from '../../engine/serving/tensors.ts';

const field = (name: string, tensor: 'float' | 'string'): FieldSignature => ({
  name,
  type: tensor === 'float' ? 'float64' : 'text',
  tensor,
  nullable: true,
});

test('rows become one tensor per input, also where a column has a name that objects know', () => {
  const signature: Signature = {
    task: 'regression',
    target: 'y',
    inputs: [field('__proto__', 'float'), field('constructor', 'string')],
    threshold: 0.5,
  };
  const feeds = encodeRows(
    signature,
    [
      [1.5, 'a'],
      [null, null],
    ],
    Tensor,
  );
  expect(Object.keys(feeds)).toEqual(['__proto__', 'constructor']);
  const [numbers, texts] = Object.values(feeds).map(({ data }) => [...data]);
  expect(numbers).toEqual([1.5, Number.NaN]);
  expect(texts).toEqual(['a', '']);
});

test('a text with a NUL is another text than what stands before it, also for ONNX Runtime', async () => {
  const signature: Signature = { task: 'regression', target: 'y', inputs: [field('x', 'string')] };
  const builder = new GraphBuilder();
  const x = builder.input('x', 'string', ['N', 1]);
  const isA = builder.node('Equal', [x, builder.texts([1], ['a'])]);
  builder.output('y', builder.cast(isA, 'float'), 'float', ['N', 1]);
  const bytes = builder.build({ name: 't', description: '', producer: { name: 't', version: '0' }, metadata: {} });
  const session = await InferenceSession.create(bytes);
  const { y } = await session.run(encodeRows(signature, [['a'], ['a\0b'], ['a\0']], Tensor));
  await session.release();
  expect([...(y?.data ?? [])]).toEqual([1, 0, 0]);
});

test('half a surrogate pair goes to the model as the character that stands for what is none', () => {
  const column = [''];
  setValue(column, 0, 'Straße \ud800');
  expect(column).toEqual(['Straße \ufffd']);
});
