import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { GraphBuilder } from '../../engine/base/onnx/graph-builder.ts';
import { ProtobufWriter } from '../../engine/base/onnx/protobuf-writer.ts';

function written(write: (writer: ProtobufWriter) => void): string {
  const writer = new ProtobufWriter();
  write(writer);
  return Buffer.from(writer.finish()).toString('hex');
}

test("the writer gives the bytes of the format's own examples", () => {
  expect(written((writer) => writer.integer(1, 150))).toBe('089601');
  expect(written((writer) => writer.text(2, 'testing'))).toBe('120774657374696e67');
  expect(written((writer) => writer.message(3, (inner) => inner.integer(1, 150)))).toBe('1a03089601');
  expect(written((writer) => writer.integer(1, -1))).toBe('08ffffffffffffffffff01');
  expect(written((writer) => writer.integer(16, 2n ** 62n))).toBe('8001808080808080808040');
  expect(written((writer) => writer.float(2, 1.5))).toBe('150000c03f');
});

function smallGraph(): Uint8Array {
  const builder = new GraphBuilder();
  const x = builder.input('x', 'float', ['N', 1]);
  const scaled = builder.node('Mul', [builder.cast(x, 'double'), builder.doubles([], [0.1])]);
  const codes = builder.node(
    'LabelEncoder',
    [builder.input('/constant_1', 'string', ['N', 1])],
    { keys_strings: { texts: ['a', ''] }, values_int64s: { integers: [0, -1] }, default_int64: { integer: 7 } },
    { domain: 'ai.onnx.ml' },
  );
  builder.output('scaled', scaled, 'double', ['N', 1]);
  builder.output('codes', codes, 'int64', ['N', 1]);
  return builder.build({
    name: 'g',
    description: '',
    producer: { name: 'galley', version: '1' },
    metadata: { b: '2', a: '1' },
  });
}

test('a graph runs, whatever its inputs are called, and the same calls give the same bytes', async () => {
  const bytes = smallGraph();
  expect(Buffer.from(smallGraph()).equals(bytes)).toBe(true);
  const session = await InferenceSession.create(bytes);
  const results = await session.run({
    x: new Tensor('float32', Float32Array.of(1, -3, 0.5), [3, 1]),
    '/constant_1': new Tensor('string', ['a', '', 'z'], [3, 1]),
  });
  expect(Array.from((results.scaled as Tensor).data as Float64Array)).toEqual([0.1, -0.30000000000000004, 0.05]);
  expect(Array.from((results.codes as Tensor).data as BigInt64Array)).toEqual([0n, -1n, 7n]);
  await session.release();
});

test('a name can be given once; an input can be asked for again', () => {
  const builder = new GraphBuilder();
  const x = builder.input('x', 'float', ['N', 1]);
  expect(builder.input('x', 'float', ['N', 1])).toBe(x);
  expect(() => builder.input('x', 'string', ['N', 1])).toThrow(RangeError);
  expect(() => builder.output('x', x, 'float', ['N', 1])).toThrow(RangeError);
});

test('a loop carries values from round to round and keeps what every round made', async () => {
  const builder = new GraphBuilder();
  const rounds = builder.input('rounds', 'int64', []);
  const steps = builder.input('steps', 'float', ['K']);
  const start = builder.floats([2], [1, 2]);
  const { carried, kept } = builder.loop(rounds, [{ value: start, type: 'float', shape: [2] }], (body, round, [at]) => {
    const step = body.gather(steps, round, 0);
    const next = body.node('Mul', [body.node('Add', [at as string, step]), builder.floats([], [2])]);
    const sum = body.node('ReduceSum', [next], { keepdims: { integer: 0 } });
    return { carried: [{ value: next, type: 'float', shape: [2] }], kept: [{ value: sum, type: 'float', shape: [] }] };
  });
  const [first = '', second = ''] = builder.split(carried[0] as string, [1, 1], 0);
  builder.output('first', first, 'float', [1]);
  builder.output('second', second, 'float', [1]);
  builder.output('sums', kept[0] as string, 'float', ['K']);
  const producer = { name: 'galley', version: '1' };
  const session = await InferenceSession.create(builder.build({ name: 'g', description: '', producer, metadata: {} }));
  const results = await session.run({
    rounds: new Tensor('int64', BigInt64Array.of(2n), []),
    steps: new Tensor('float32', Float32Array.of(10, 100), [2]),
  });
  const values = (name: string) => Array.from((results[name] as Tensor).data as Float32Array);
  expect([values('first'), values('second'), values('sums')]).toEqual([[244], [248], [46, 492]]);
  await session.release();
});
