import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../engine/base/onnx/graph-builder.ts';
import { tryGraph } from '../../engine/package/adopted/trial.ts';

const inputs = [{ tensor: 'x', type: 'float' as const, rank: 2 as const, columns: ['x'] }];

function graph(write: (builder: GraphBuilder, x: string) => string): Uint8Array {
  const builder = new GraphBuilder();
  const x = builder.input('x', 'float', ['N', 1]);
  builder.output('y', write(builder, x), 'float', ['N', 1]);
  return builder.build({ name: 'test', description: '', producer: { name: 'test', version: '1' }, metadata: {} });
}

/** A loop of so many rounds of nothing. */
function busy(rounds: number): Uint8Array {
  return graph((builder, x) => {
    const start = [{ value: x, type: 'float' as const, shape: ['N', 1] }];
    const { carried } = builder.loop(builder.integers([], [rounds]), start, (inner, _, [value = '']) => ({
      carried: [{ value: inner.node('Abs', [value]), type: 'float', shape: ['N', 1] }],
      kept: [],
    }));
    return carried[0] as string;
  });
}

describe('the first run of a file from elsewhere', () => {
  it('passes', async () => {
    await tryGraph(
      graph((builder, x) => builder.node('Abs', [x])),
      inputs,
      'm.onnx',
    );
  });

  it('ends where the runtime refuses the graph', async () => {
    const onnx = graph((builder, x) => builder.node('Teleport', [x]));
    await expect(tryGraph(onnx, inputs, 'm.onnx')).rejects.toMatchObject({
      code: 'package.file_failed',
      message: expect.stringContaining('Teleport'),
    });
  });

  it('ends where it takes too long', async () => {
    const limits = { milliseconds: 1500, bytes: 2 * 2 ** 30 };
    await expect(tryGraph(busy(2 ** 40), inputs, 'm.onnx', limits)).rejects.toMatchObject({
      code: 'package.file_failed',
      message: expect.stringContaining('more than 1.5 seconds'),
    });
  });

  it('ends where it takes too much memory', async () => {
    const onnx = graph((builder, x) => {
      const many = builder.node('ConstantOfShape', [builder.integers([1], [2 ** 30])]);
      return builder.node('Add', [x, builder.node('ReduceSum', [builder.node('Exp', [many])])]);
    });
    const limits = { milliseconds: 30_000, bytes: 700 * 2 ** 20 };
    await expect(tryGraph(onnx, inputs, 'm.onnx', limits)).rejects.toMatchObject({
      code: 'package.file_failed',
      message: expect.stringMatching(/700 MiB of memory/),
    });
  });
});
