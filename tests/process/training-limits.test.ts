import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { GalleyError } from '../../engine/base/errors.ts';
import type { Job, JobProgress } from '../../engine/contract/jobs.ts';
import { usualParts } from '../../engine/contract/train-evaluation.ts';
import { createDataPhase } from '../../engine/data/index.ts';
import type { JobContext } from '../../engine/jobs/job-process.ts';
import { createTrainPhase } from '../../engine/train/index.ts';
import { findLearner } from '../../engine/train/learners/learners.ts';
import { resolveParameters } from '../../engine/train/learners/parameters.ts';
import { jobInput, jobInputOf, type TrainingBase } from '../../engine/train/run-work.ts';
import { autoPlan } from '../../engine/train/sweeps/calls.ts';
import { runSweepJob, type SweepJobInput } from '../../engine/train/sweeps/sweep-job.ts';
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

/** A job that is canceled as soon as its progress is as awaited. */
function canceledJob(isAwaited: (progress: JobProgress) => boolean) {
  const cancelFlag = new Int32Array(new SharedArrayBuffer(4));
  const canceledIn: string[] = [];
  const context: JobContext = {
    jobId: 'job_tried',
    stagingFolder: temporaryFolder(),
    progress(progress) {
      if (cancelFlag[0] !== 0 || !isAwaited(progress)) return;
      canceledIn.push(progress.phase);
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
  return { context, canceledIn };
}

const begins = (phase: string) => (progress: JobProgress) => progress.phase === phase;
const ends = (phase: string) => (progress: JobProgress) => progress.phase === phase && progress.done === progress.total;

async function penguinBase(): Promise<TrainingBase> {
  const { data, resultOf } = openTraining();
  await resultOf(data.handlers.add({ name: 'penguins', files: [penguinFile] }));
  return {
    version: await data.open('penguins'),
    keyColumns: [],
    target: 'species',
    allowLeak: [],
    split: { kind: 'every-nth', every: 5 },
    window: null,
    seed: 0,
  };
}

const few = { linear: {}, trees: { rounds: 4 }, forest: { trees: 4 }, network: { epochs: 4 } };

test('a training can be canceled wherever it tells of its progress', async () => {
  const base = await penguinBase();
  for (const [name, given] of Object.entries(few)) {
    const [parameters = {}] = resolveParameters([findLearner(name)], given);
    const input = jobInput({ ...base, learners: [{ name, parameters }] }, { parts: usualParts });
    const training = `training ${name}`;
    for (const awaited of [begins('reading'), begins('preparing'), begins(training), ends(training)]) {
      const { context, canceledIn } = canceledJob(awaited);
      await expect(runTrainJob(input, context), name).rejects.toMatchObject({ code: 'job.canceled' });
      expect(canceledIn).toHaveLength(1);
    }
  }
});

test('so can a search, while it tries, mixes and fits what it chose', async () => {
  const base = await penguinBase();
  const learners = ['linear', 'trees'];
  const plan = autoPlan({ learners, params: { rounds: 4 }, folds: 2, budget: { trials: 3 } });
  const isTrying = ({ phase, metrics }: JobProgress) => phase === 'searching' && (metrics?.trials ?? 0) > 0;
  const isFitting = ({ phase }: JobProgress) => phase.startsWith('training');
  for (const awaited of [
    begins('reading'),
    begins('preparing'),
    begins('searching'),
    isTrying,
    begins('blending'),
    isFitting,
  ]) {
    const { context, canceledIn } = canceledJob(awaited);
    const input: SweepJobInput = {
      ...jobInputOf(base),
      plan,
      evaluation: { parts: usualParts },
      earlier: [],
      secondsBefore: 0,
      answersFolder: join(temporaryFolder(), 'answers'),
    };
    await expect(runSweepJob(input, context)).rejects.toMatchObject({ code: 'job.canceled' });
    expect(canceledIn).toHaveLength(1);
  }
});
