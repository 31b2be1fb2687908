import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { GalleyError } from '../../engine/base/errors.ts';
import type { Job } from '../../engine/contract/jobs.ts';
import { createDataPhase } from '../../engine/data/index.ts';
import type { JobContext } from '../../engine/jobs/job-process.ts';
import { createTrainPhase } from '../../engine/train/index.ts';
import { jobInput } from '../../engine/train/run-work.ts';
import { runTrainJob } from '../../engine/train/train-job.ts';
import { openEngine } from '../deploy/open-engine.ts';
import { fixedClock } from '../support/fixed.ts';
import { temporaryFolder } from '../support/temporary.ts';

const penguinFile = fileURLToPath(new URL('../../resources/samples/penguins/penguins.csv', import.meta.url));

function openTraining() {
  const engine = openEngine(undefined, fixedClock());
  const data = createDataPhase(engine);
  const train = createTrainPhase(engine, data);
  const resultOf = async <Result>(job: Promise<Job>) => engine.jobs.result<Result>((await job).id);
  return { engine, data, train, resultOf };
}

test('a training that runs out of memory fails alone: the engine lives on, and trains the next one', async () => {
  const { data, train, resultOf } = openTraining();
  await resultOf(data.handlers.add({ name: 'penguins', files: [penguinFile] }));
  const lines = Array.from({ length: 60_000 }, (_, row) => `${row % 2},${'long text '.repeat(40)}${row}`);
  const text = `y,note\n${lines.join('\n')}\n`;
  await resultOf(data.handlers.addText({ name: 'large', text, fileName: 'large.csv' }));
  const training = { reference: 'large', target: 'y', learners: ['linear'], features: ['note'] };
  process.env.NODE_OPTIONS = '--max-old-space-size=40';
  try {
    await expect(resultOf(train.handlers.run(training))).rejects.toMatchObject({ code: 'job.process_died' });
  } finally {
    delete process.env.NODE_OPTIONS;
  }
  expect((await train.handlers.list({})).runs).toEqual([]);
  await resultOf(train.handlers.run({ reference: 'penguins', target: 'species', learners: ['linear'] }));
  expect((await train.handlers.list({})).runs).toHaveLength(1);
});

test('a training can be canceled wherever it tells of its progress', async () => {
  const { data, resultOf } = openTraining();
  await resultOf(data.handlers.add({ name: 'penguins', files: [penguinFile] }));
  const version = await data.open('penguins');
  const input = jobInput({
    version,
    keyColumns: [],
    target: 'species',
    allowLeak: [],
    split: { kind: 'every-nth', every: 5 },
    window: null,
    learners: [{ name: 'linear', parameters: { alpha: 1, C: 1, l1_ratio: 0, tolerance: 1e-7, max_iterations: 100 } }],
    seed: 0,
  });
  const phases: string[] = [];
  for (const at of [0, 1, 2, 5]) {
    let told = 0;
    let phase: string | undefined;
    const cancelFlag = new Int32Array(new SharedArrayBuffer(4));
    const context: JobContext = {
      jobId: 'job_tried',
      stagingFolder: temporaryFolder(),
      progress(progress) {
        if (told++ !== at) return;
        phase = progress.phase;
        cancelFlag[0] = 1;
      },
      report: () => {},
      onTold: () => {},
      secrets: {},
      cancelFlag,
      throwIfCanceled() {
        if (cancelFlag[0] !== 0) throw new GalleyError('job.canceled', 'The job was stopped.');
      },
    };
    await expect(runTrainJob(input, context)).rejects.toMatchObject({ code: 'job.canceled' });
    phases.push(phase as string);
  }
  expect(phases).toEqual(['reading', 'preparing', 'training linear', 'training linear']);
});
