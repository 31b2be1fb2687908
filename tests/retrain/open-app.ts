import { onTestFinished } from 'vitest';
import { App } from '../../engine/app.ts';
import { type Clock, systemClock } from '../../engine/base/clock.ts';
import type { Call, InputOf, OutputOf } from '../../engine/contract/call.ts';
import type { Job } from '../../engine/contract/jobs.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** The engine within the test, called as every client calls it. */
export interface OpenApp {
  app: App;
  /** The answer; of a job call, the job's result. */
  call<C extends Call>(call: C, input: InputOf<C>): Promise<OutputOf<C>>;
  /** The job of a job call. */
  start<C extends Call>(call: C, input: InputOf<C>): Promise<Job>;
}

export async function openApp(projectPath = temporaryFolder(), clock: Clock = systemClock): Promise<OpenApp> {
  const app = await App.open({ projectPath, create: true, clock });
  onTestFinished(() => app.close());
  const start = async (call: Call, input: unknown) => ((await app.call(call.name, input)) as { job: Job }).job;
  return {
    app,
    start,
    call: async (call, input) => {
      if (!call.job) return (await app.call(call.name, input)) as never;
      return app.context.jobs.result((await start(call, input)).id);
    },
  };
}
