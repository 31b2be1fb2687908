import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { leastFree, withRoom } from '../../../engine/retrain/commands/disk-room.ts';
import { LogLines } from '../../../engine/retrain/commands/log-lines.ts';
import { runProgram } from '../../../engine/retrain/commands/program.ts';
import { checkoutFolder } from '../../support/needs.ts';
import { temporaryFolder } from '../../support/temporary.ts';

/** Runs a script; `said` resolves with the first line that it says. */
function start(script: string, signal = new AbortController().signal) {
  const first = Promise.withResolvers<string>();
  const log: string[] = [];
  const lines = new LogLines((line) => {
    log.push(line);
    first.resolve(line);
  }, []);
  const order = { program: process.execPath, given: ['-e', script], folder: temporaryFolder(), environment: {}, lines };
  return { ending: runProgram({ ...order, signal }), said: first.promise, log };
}

const isRunning = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Starts another program that stays, and says its id. */
const startsAnother = `
  const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  child.once('spawn', () => console.log(child.pid));
`;

test('a program ends with its status, and both of its outputs are heard', async () => {
  const { ending, log } = start('console.log("out"); console.error("err"); process.exitCode = 3;');
  expect(await ending).toBe(3);
  expect(log.sort()).toEqual(['err', 'out']);
});

test('no variable but those that are given is in its environment', async () => {
  const { ending, log } = start('console.log(JSON.stringify(Object.keys(process.env)))');
  await ending;
  expect(log).toEqual(['[]']);
});

test('what a program started ends with it', async () => {
  const { ending, said } = start(`${startsAnother} child.once('spawn', () => setImmediate(() => process.exit(0)));`);
  expect(await ending).toBe(0);
  const pid = Number(await said);
  await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
});

test('a program that is stopped is ended with all that it started, also where it does not listen', async () => {
  const stop = new AbortController();
  const { ending, said } = start(
    `process.on('SIGTERM', () => {}); ${startsAnother} setInterval(() => {}, 1000);`,
    stop.signal,
  );
  const pid = Number(await said);
  stop.abort(new Error('stopped'));
  await expect(ending).rejects.toThrow('stopped');
  await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
}, 30_000);

test('a program does not outlive the process that runs it, also where that is killed', async () => {
  const script = join(checkoutFolder, 'tests', 'retrain', 'commands', 'stay.ts');
  const engine = spawn(process.execPath, [script, temporaryFolder()], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = (await once(engine.stdout, 'data')) as [Buffer];
  const pid = Number(said.toString());
  expect(isRunning(pid)).toBe(true);
  engine.kill('SIGKILL');
  await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
}, 30_000);

test('work is ended as soon as the disk is nearly full', async () => {
  const looks = [leastFree, leastFree, leastFree - 1];
  const disk = { free: async () => looks.shift() ?? 0, pause: async () => {} };
  const { signal } = new AbortController();
  const stays = (ended: AbortSignal) => start('setInterval(() => {}, 1000)', ended).ending;
  await expect(withRoom(temporaryFolder(), disk, signal, stays)).rejects.toMatchObject({ code: 'store.disk_full' });
});

test('work that ends by itself is not disturbed', async () => {
  const pauses: AbortSignal[] = [];
  const disk = {
    free: async () => leastFree,
    pause: (signal: AbortSignal) =>
      new Promise<void>((_, reject) => {
        pauses.push(signal);
        signal.addEventListener('abort', () => reject(signal.reason));
      }),
  };
  expect(await withRoom(temporaryFolder(), disk, new AbortController().signal, async () => 'done')).toBe('done');
  expect(pauses.every(({ aborted }) => aborted)).toBe(true);
});
