import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { GalleyError } from '../../engine/base/errors.ts';
import type { Job } from '../../engine/contract/jobs.ts';
import { type StoredTraining, saveCheckpoint } from '../../engine/train/checkpoints/checkpoint-files.ts';
import { paced } from '../../engine/train/checkpoints/checkpoint-pace.ts';
import { CheckpointStore } from '../../engine/train/checkpoints/checkpoint-store.ts';
import { JobCheckpoints } from '../../engine/train/checkpoints/job-checkpoints.ts';
import { CurveRecorder } from '../../engine/train/curve.ts';
import { temporaryFolder } from '../support/temporary.ts';

const training: StoredTraining = {
  engine: '1.0.0',
  datasetVersionId: 'dsv_1',
  identity: 'sha256:1',
  plan: {
    keyColumns: [],
    target: 'y',
    split: { kind: 'every-nth', every: 5 },
    window: null,
    learners: [{ name: 'network', parameters: {} }],
    seed: 0,
  },
  evaluation: { parts: [] },
};

function openStore(states: Record<string, Job['state']>, version = '1.0.0') {
  const folder = join(temporaryFolder(), 'checkpoints');
  const get = (id: string): Job => {
    const state = states[id];
    if (state === undefined) throw new GalleyError('job.not_found', `There is no job ${id}.`);
    return { id, state } as Job;
  };
  const save = (job: string, fit = 0, seconds = 1) =>
    saveCheckpoint(join(folder, job), training, fit, { fit: { epoch: 3 }, seconds });
  return { folder, save, store: new CheckpointStore(folder, { get }, version) };
}

test('a checkpoint is let through after half a second, then every three, and takes no more than a twentieth of the time', () => {
  let time = 0;
  const saved: number[] = [];
  const save = paced(
    (took: number) => {
      saved.push(time);
      time += took;
    },
    () => time,
  );
  for (; time < 10_000; time += 500) save(0);
  expect(saved).toEqual([500, 3500, 6500, 9500]);
  time = 13_000;
  save(1000);
  for (; time < 40_000; time += 500) save(0);
  expect(saved.slice(4)).toEqual([13_000, 34_000, 37_000]);
});

test('trainings that were broken off can be gone on with; others and strange names cannot', () => {
  const { folder, save, store } = openStore({
    killed: 'interrupted',
    stopped: 'canceled',
    now: 'running',
    early: 'failed',
  });
  expect(store.list()).toEqual([]);
  for (const job of ['killed', 'stopped', 'now']) save(job);
  mkdirSync(join(folder, 'early'));
  utimesSync(join(folder, 'stopped', 'fit-0.json'), 100, 100);
  expect(store.list().map(({ job }) => job.id)).toEqual(['killed', 'stopped']);
  expect(store.list()[1]?.savedAt).toBe(100_000);
  expect(store.training('killed')).toEqual(training);
  for (const job of ['now', 'early', 'gone', '../checkpoints/killed', '']) {
    expect(() => store.training(job), job).toThrow(expect.objectContaining({ code: 'train.not_resumable' }));
  }
});

test('another version of Galley does not go on with a checkpoint', () => {
  const { save, store } = openStore({ killed: 'interrupted' }, '1.1.0');
  save('killed');
  expect(() => store.training('killed')).toThrow('written by Galley 1.0.0; this is 1.1.0');
});

test('a job that goes on takes the checkpoint with it, fit by fit', () => {
  const { folder, save, store } = openStore({ killed: 'interrupted', next: 'running' });
  save('killed', 0, 4);
  save('killed', 2, 5);
  store.move('killed', 'next');
  expect(store.list()).toEqual([]);
  const checkpoints = new JobCheckpoints({ folder, training }, 'next');
  expect([0, 1, 2].map((fit) => checkpoints.before(fit)?.seconds)).toEqual([4, undefined, 5]);
  checkpoints.save(1, { fit: null, seconds: 6 });
  expect(checkpoints.before(1)).toEqual({ fit: null, seconds: 6 });
  expect(checkpoints.warnings).toEqual([]);
});

test('checkpoints that cannot be written do not keep a training from going on', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'job'), 'a file where the folder should be');
  const checkpoints = new JobCheckpoints({ folder, training }, 'job');
  for (const seconds of [1, 2]) checkpoints.save(0, { fit: null, seconds });
  expect(checkpoints.warnings.map(({ code }) => code)).toEqual(['train.no_checkpoint']);
});

test('collecting garbage removes what belongs to no running job, and says how much it is', () => {
  const { folder, save, store } = openStore({
    killed: 'interrupted',
    stopped: 'canceled',
    now: 'running',
    done: 'succeeded',
  });
  for (const job of ['killed', 'stopped', 'now', 'done', 'gone']) save(job);
  store.removeLeftovers();
  expect(readdirSync(folder).sort()).toEqual(['killed', 'now', 'stopped']);
  utimesSync(join(folder, 'stopped', 'fit-0.json'), 100, 100);
  const all = store.purge({ dryRun: true });
  expect(store.purge({ before: 200_000, dryRun: false })).toBe(all / 2);
  expect(readdirSync(folder).sort()).toEqual(['killed', 'now']);
  expect(store.purge({ dryRun: false })).toBe(all / 2);
  expect(readdirSync(folder)).toEqual(['now']);
});

test('a curve goes on from where it was broken off as if it had never been', () => {
  const whole = new CurveRecorder();
  const first = new CurveRecorder();
  for (let step = 1; step <= 700; step++) whole.add(step, { loss: 1 / step });
  for (let step = 1; step <= 450; step++) first.add(step, { loss: 1 / step });
  const second = new CurveRecorder(JSON.parse(JSON.stringify(first.recorded)));
  expect(second.points).toEqual(first.points);
  for (let step = 300; step <= 700; step++) second.add(step, { loss: 1 / step });
  expect(second.recorded).toEqual(whole.recorded);
  expect(second.points).toEqual(whole.points);
});
