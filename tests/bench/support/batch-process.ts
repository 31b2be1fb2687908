import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type PredictInput, runPredictJob } from '../../../engine/deploy/batch/predict-job.ts';
import { quietJob } from '../../support/quiet-job.ts';

/** What the process is sent: work, and a folder for what lies on the disk meanwhile. */
export interface BatchOrder {
  input: Omit<PredictInput, 'partsFolder'>;
  folder: string;
}

/** What it answers: rows, and the most memory that it had, in megabytes. */
export interface BatchResult {
  rows: number;
  seconds: number;
  peak: number;
}

process.once('message', async ({ input, folder }: BatchOrder) => {
  const stagingFolder = join(folder, 'staging');
  mkdirSync(stagingFolder, { recursive: true });
  const { rows, seconds } = await runPredictJob(
    { ...input, partsFolder: join(folder, 'parts') },
    quietJob(stagingFolder),
  );
  const result: BatchResult = { rows, seconds, peak: process.resourceUsage().maxRSS / 1000 };
  process.send?.(result, () => process.disconnect());
});
