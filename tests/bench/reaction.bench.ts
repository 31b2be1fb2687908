import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from '../../engine/app.ts';
import { seededRandom } from '../../engine/base/random.ts';
import type { Job } from '../../engine/contract/jobs.ts';
import type { Bench, Row } from './bench.ts';

const rows = 50_000;
/** Trainings that would take much longer than one waits for their first step. */
const trainings: Record<string, object> = {
  auto: { learners: ['auto'], budget: { seconds: 600 } },
  linear: { learners: ['linear'] },
  trees: { learners: ['trees'], params: { rounds: 2000, early_stopping: 'off' } },
  forest: { learners: ['forest'], params: { trees: 2000 } },
  network: { learners: ['network'], params: { epochs: 1000, early_stopping: 'off' } },
};

interface Reaction {
  /** Milliseconds from asking to the first progress, and to that of the process. */
  progress: number;
  reading: number;
  /** Milliseconds from canceling to the end. */
  cancel: number;
}

async function openProject(folder: string): Promise<App> {
  const random = seededRandom(2);
  const lines = Array.from({ length: rows }, () => Array.from({ length: 6 }, () => random().toFixed(4)).join(','));
  const file = join(folder, 'numbers.csv');
  writeFileSync(file, `a,b,c,d,e,y\n${lines.join('\n')}\n`);
  const app = await App.open({ projectPath: join(folder, 'project'), create: true });
  await app.context.jobs.result((await start(app, 'data.add', { name: 'numbers', files: [file] })).id);
  return app;
}

async function start(app: App, name: string, input: object): Promise<Job> {
  return ((await app.call(name, input)) as { job: Job }).job;
}

/** Asks for a training, and cancels it a moment after it has begun to learn; a search, after its second trial. */
async function reactionOf(app: App, input: object): Promise<Reaction> {
  const { jobs, events } = app.context;
  const shown = Promise.withResolvers<number>();
  const reads = Promise.withResolvers<number>();
  const learns = Promise.withResolvers<void>();
  const stop = events.listen((event) => {
    if (event.type === 'sweep.changed' && event.sweep.trials.complete > 1) learns.resolve();
    if (event.type !== 'job.changed' || !event.job.progress) return;
    shown.resolve(performance.now());
    if (event.job.progress.phase !== 'starting') reads.resolve(performance.now());
    if (event.job.progress.phase.startsWith('training')) learns.resolve();
  });
  const asked = performance.now();
  const job = await start(app, 'train.run', { reference: 'numbers', target: 'y', ...input });
  void jobs.settled(job.id).then(() => learns.resolve());
  await learns.promise;
  await new Promise((resolve) => setTimeout(resolve, 200));
  const canceled = performance.now();
  jobs.cancel(job.id);
  await jobs.settled(job.id);
  const cancel = performance.now() - canceled;
  stop();
  return { progress: (await shown.promise) - asked, reading: (await reads.promise) - asked, cancel };
}

export default {
  name: 'reaction',
  async run(): Promise<Row[]> {
    const folder = mkdtempSync(join(tmpdir(), 'galley-bench-'));
    const app = await openProject(folder);
    try {
      const table: Row[] = [];
      for (const [learner, input] of Object.entries(trainings)) {
        const { progress, reading, cancel } = await reactionOf(app, input);
        table.push(
          {
            measure: `${learner}: first progress after it was asked for`,
            value: progress,
            unit: 'ms',
            target: 'at most 1000 ms',
          },
          { measure: `${learner}: its process reads the data after it was asked for`, value: reading, unit: 'ms' },
          { measure: `${learner}: end after it was canceled`, value: cancel, unit: 'ms', target: 'at most 500 ms' },
        );
      }
      return table;
    } finally {
      await app.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
} satisfies Bench;
