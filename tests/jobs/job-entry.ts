import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GalleyError } from '../../engine/base/errors.ts';
import { type JobFunction, runJobProcess } from '../../engine/jobs/job-process.ts';

const write: JobFunction<{ text: string }, { file: string }> = async ({ text }, context) => {
  context.progress({ phase: 'writing', done: 1, total: 1 });
  writeFileSync(join(context.stagingFolder, 'out.txt'), text);
  return { file: 'out.txt' };
};

const wait: JobFunction<{ politely: boolean }, null> = async ({ politely }, context) => {
  context.progress({ phase: 'waiting', done: 0, total: 0 });
  for (;;) {
    await sleep(5);
    if (politely) context.throwIfCanceled();
  }
};

/** Hears nothing, as a process at work in native code. */
const block: JobFunction<null, null> = async () => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  return null;
};

const converse: JobFunction<null, null> = (_, context) => {
  context.report({ question: 'how many?' });
  return new Promise((resolve) => {
    context.onTold((answer) => {
      context.report({ heard: answer });
      if (answer === 'enough') resolve(null);
    });
  });
};

/** Lets no message come in until it is canceled. */
const spin: JobFunction<null, never> = (_, context) => {
  context.progress({ phase: 'spinning', done: 0, total: 0 });
  for (;;) context.throwIfCanceled();
};

runJobProcess({
  'test.block': async () => block as JobFunction<never, unknown>,
  'test.spin': async () => spin as JobFunction<never, unknown>,
  'test.converse': async () => converse as JobFunction<never, unknown>,
  'test.write': async () => write as JobFunction<never, unknown>,
  'test.wait': async () => wait as JobFunction<never, unknown>,
  'test.refuse': async () => async () => {
    throw new GalleyError('store.invalid_name', 'No.', { details: { name: 'No' } });
  },
  'test.secretLength':
    async () =>
    async (_, { secrets }) =>
      secrets.password?.length,
  'test.die': async () => async () => process.kill(process.pid, 'SIGKILL'),
});
