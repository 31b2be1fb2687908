import { runImportJob } from '../../../engine/data/versions/import-job.ts';

/** What the import process answers over IPC. */
export interface ImportMeasured {
  rows: number;
  peakMegabytes: number;
}

const [path = '', stagingFolder = ''] = process.argv.slice(2);
const output = await runImportJob(
  { files: [{ path }], same: [], skip: [] },
  {
    jobId: 'job_bench',
    stagingFolder,
    progress: () => {},
    secrets: {},
    report: () => {},
    onTold: () => {},
    cancelFlag: new Int32Array(new SharedArrayBuffer(4)),
    throwIfCanceled: () => {},
  },
);
const answer: ImportMeasured = {
  rows: output.unchanged ? 0 : output.rows,
  peakMegabytes: process.resourceUsage().maxRSS / 1024,
};
process.send?.(answer, () => process.disconnect());
