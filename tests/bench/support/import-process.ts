import { runImportJob } from '../../../engine/data/versions/import-job.ts';
import { quietJob } from '../../support/quiet-job.ts';

/** What the import process answers over IPC. */
export interface ImportMeasured {
  rows: number;
  peakMegabytes: number;
}

const [path = '', stagingFolder = ''] = process.argv.slice(2);
const output = await runImportJob({ files: [{ path }], same: [], skip: [] }, quietJob(stagingFolder));
const answer: ImportMeasured = {
  rows: output.unchanged ? 0 : output.rows,
  peakMegabytes: process.resourceUsage().maxRSS / 1024,
};
process.send?.(answer, () => process.disconnect());
