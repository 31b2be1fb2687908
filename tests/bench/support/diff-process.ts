import { type DiffInput, runDiffJob } from '../../../engine/data/versions/diff-job.ts';
import { quietJob } from '../../support/quiet-job.ts';

/** What the diff process answers over IPC. */
export interface DiffMeasured {
  added: number;
  removed: number;
  changed: number | null;
  peakMegabytes: number;
}

const [text = '', stagingFolder = ''] = process.argv.slice(2);
const output = await runDiffJob(JSON.parse(text) as DiffInput, quietJob(stagingFolder));
if (!('columns' in output)) throw new Error('that was an export');
const { added, removed, changed } = output.rows;
const answer: DiffMeasured = { added, removed, changed, peakMegabytes: process.resourceUsage().maxRSS / 1024 };
process.send?.(answer, () => process.disconnect());
