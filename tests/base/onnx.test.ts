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

test('a name can be given once', () => {
  const builder = new GraphBuilder();
  const x = builder.input('x', 'float', ['N', 1]);
  expect(() => builder.input('x', 'float', ['N', 1])).toThrow(RangeError);
  expect(() => builder.output('x', x, 'float', ['N', 1])).toThrow(RangeError);
});
