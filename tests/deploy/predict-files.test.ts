import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  type FileOutcome,
  type PredictFilesInput,
  runPredictFilesJob,
} from '../../engine/deploy/batch/predict-files-job.ts';
import { ScoringPool } from '../../engine/deploy/batch/scoring-pool.ts';
import type { JobContext } from '../../engine/jobs/job-process.ts';
import { modelFolder } from '../serving/running-server.ts';
import { quietJob } from '../support/quiet-job.ts';
import { temporaryFolder } from '../support/temporary.ts';

const served = { version: 1, folder: modelFolder('riders-1') };
const row = (temperature: number) => `temperature,rain,holiday,line,day\n${temperature},1,false,red,2004-02-29\n`;

async function outcomes(
  files: PredictFilesInput['files'],
  progress: JobContext['progress'] = () => {},
): Promise<FileOutcome[]> {
  const folder = temporaryFolder();
  const stagingFolder = join(folder, 'staging');
  mkdirSync(stagingFolder);
  const reports: FileOutcome[] = [];
  const input = { served, versionId: 'mv_1', partsFolder: join(folder, 'parts'), files };
  await runPredictFilesJob(input, {
    ...quietJob(stagingFolder),
    progress,
    report: (report) => reports.push(report as FileOutcome),
  });
  return reports;
}

test('each file is told of: its rows, what is wrong with it, that it cannot be read, or that its answers are there', async () => {
  const folder = temporaryFolder();
  const order = (name: string, answered: string | null = null) => {
    const path = join(folder, `${name}.csv`);
    return { path, target: join(folder, `${name}.predictions.csv`), answered };
  };
  writeFileSync(order('good').path, row(20));
  writeFileSync(order('bad').path, row(Number.NaN).replace('NaN', 'warm'));
  writeFileSync(order('late').path, row(30));
  const [gone, good, bad, late] = await outcomes([order('gone'), order('good'), order('bad'), order('late')]);
  expect(gone).toMatchObject({
    hash: null,
    rows: null,
    error: { code: 'deploy.unreadable_file', details: { systemCode: 'ENOENT' } },
  });
  expect(good).toMatchObject({ hash: expect.stringMatching(/^[0-9a-f]{64}$/), rows: 1, error: null });
  expect(bad).toMatchObject({ hash: expect.any(String), rows: null, error: { code: 'deploy.invalid_rows' } });
  expect(late).toMatchObject({ rows: 1, error: null });
  const hash = good?.hash as string;
  expect(await outcomes([order('good', hash), order('late', hash)])).toMatchObject([
    { hash, rows: null, error: null },
    { hash: late?.hash, rows: 1, error: null },
  ]);
});

test('a file alone is told of by its rows, one of many by its place', async () => {
  const folder = temporaryFolder();
  const order = (name: string) => {
    const path = join(folder, `${name}.csv`);
    writeFileSync(path, `${row(20)}${row(30).split('\n')[1]}\n`);
    return { path, target: join(folder, `${name}.predictions.csv`), answered: null };
  };
  const told = async (files: PredictFilesInput['files']) => {
    const progress: [number, number][] = [];
    await outcomes(files, ({ phase, done, total }) => {
      if (phase === 'scoring') progress.push([done, total]);
    });
    return progress;
  };
  expect(await told([order('alone')])).toContainEqual([2, 2]);
  expect(await told([order('first'), order('second')])).toEqual([
    [0, 2],
    [1, 2],
  ]);
});

test('threads are started when they are needed, and no more than allowed', async () => {
  const pool = new ScoringPool(served, 2);
  onTestFinished(() => pool.close());
  const scoreOf = async (temperature: number) => {
    const numbers = [temperature, 1, 0].map((value) => Float32Array.of(value));
    const { scores } = await pool.score({ columns: [...numbers, ['red'], ['2004-02-29']], rows: 1 });
    return [...scores];
  };
  expect(pool.threads).toBe(0);
  expect(await scoreOf(20)).toEqual([137]);
  expect(await scoreOf(21)).toEqual([139]);
  expect(pool.threads).toBe(1);
  expect(await Promise.all([20, 21, 22].map(scoreOf))).toEqual([[137], [139], [141]]);
  expect(pool.threads).toBe(2);
});
