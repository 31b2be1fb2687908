import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { GraphBuilder } from '../../engine/base/onnx/graph-builder.ts';
import { temporaryFolder } from '../support/temporary.ts';

const module = new URL('../../engine/train/adopted/foreign-session.ts', import.meta.url).href;

function graph(write: (builder: GraphBuilder, x: string) => string): Uint8Array {
  const builder = new GraphBuilder();
  const x = builder.input('x', 'float', ['N', 1]);
  builder.output('y', write(builder, x), 'float', ['N', 1]);
  return builder.build({ name: 'test', description: '', producer: { name: 'test', version: '1' }, metadata: {} });
}

/** A graph that never answers. */
const endless = graph((builder, x) => {
  const start = [{ value: x, type: 'float' as const, shape: ['N', 1] }];
  const { carried } = builder.loop(builder.integers([], [2 ** 40]), start, (inner, _, [value = '']) => ({
    carried: [{ value: inner.node('Abs', [value]), type: 'float', shape: ['N', 1] }],
    kept: [],
  }));
  return carried[0] as string;
});

const large = graph((builder, x) => {
  const many = builder.node('ConstantOfShape', [builder.integers([1], [2 ** 30])]);
  return builder.node('Add', [x, builder.node('ReduceSum', [builder.node('Exp', [many])])]);
});

it.each([
  ['time', endless, { milliseconds: 4000, bytes: 2 ** 40 }, 'it took more than 4 seconds'],
  ['memory', large, { milliseconds: 60_000, bytes: 500 * 2 ** 20 }, 'it took more than 500 MiB of memory'],
])('a process whose graph takes too much %s is told so, and ends all the same', async (_, onnx, limits, why) => {
  const folder = temporaryFolder();
  const [path, script] = [join(folder, 'model.onnx'), join(folder, 'ask.mjs')];
  writeFileSync(path, onnx);
  const lines = [
    'import { readFileSync } from "node:fs";',
    `import { ForeignSession } from ${JSON.stringify(module)};`,
    `const session = new ForeignSession(new Uint8Array(readFileSync(${JSON.stringify(path)})), ${JSON.stringify(limits)});`,
    'try { session.run({ x: { type: "float32", data: Float32Array.of(1), dims: [1, 1] } }); }',
    'catch (error) { process.stdout.write(error.message, () => process.exit(0)); }',
  ];
  writeFileSync(script, lines.join('\n'));
  const child = spawn(process.execPath, [script]);
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  await once(child, 'close');
  expect(said).toBe(`The model from elsewhere could not be run: ${why}`);
});
