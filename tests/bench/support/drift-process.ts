import { type DatasetReportInput, runDatasetReportJob } from '../../../engine/monitor/dataset-report-job.ts';
import { quietJob } from '../../support/quiet-job.ts';

/** What the process that compares answers over IPC. */
export interface DriftMeasured {
  seconds: number;
  columns: number;
  drifted: number;
  rows: number;
  peakMegabytes: number;
}

const [text = '', stagingFolder = ''] = process.argv.slice(2);
const start = performance.now();
const output = await runDatasetReportJob(JSON.parse(text) as DatasetReportInput, quietJob(stagingFolder));
const answer: DriftMeasured = {
  seconds: (performance.now() - start) / 1000,
  columns: output.drifts.length,
  drifted: output.drifts.filter(({ drifted }) => drifted).length,
  rows: output.drifts[0]?.statistics.rows_current ?? 0,
  peakMegabytes: process.resourceUsage().maxRSS / 1024,
};
process.send?.(answer, () => process.disconnect());
