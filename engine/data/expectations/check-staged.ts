import type { CheckResult } from '../../contract/data-expectations.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import type { ReadFile } from '../sources/read-file.ts';
import type { CheckedRows, CheckInput } from './check-input.ts';
import { checkRows } from './check-rows.ts';
import { blockingFailures, refusal } from './refusal.ts';

/** How the rows of a version that is about to be made came in. */
export interface Staged {
  /** Make the version although expectations that block fail. */
  acceptFailures: boolean;
  /** The files of the new rows, with the rows of each, in order. */
  files: readonly { file: ReadFile; rows: number }[];
  /** Rows of the version before that stand in front of them. */
  rowsBefore: number;
  job: Pick<JobContext, 'progress' | 'throwIfCanceled'>;
}

/** Lines of rows of a version in the text file that they came from. */
function linesOf(staged: Staged, positions: readonly number[]): Map<number, number> {
  const lines = new Map<number, number>();
  let start = staged.rowsBefore;
  for (const { file, rows } of staged.files) {
    const own = positions.filter((position) => position >= start && position < start + rows);
    if (file.form === 'csv') for (const position of own) lines.set(position, file.scan.lines.lineOf(position - start));
    start += rows;
  }
  return lines;
}

function withLines(staged: Staged, results: readonly CheckResult[]): CheckResult[] {
  const positions = results.flatMap(({ sample }) => sample.map(({ position }) => position));
  if (positions.length === 0) return [...results];
  const lines = linesOf(staged, positions);
  return results.map((result) => ({
    ...result,
    sample: result.sample.map((row) => {
      const line = lines.get(row.position);
      return line === undefined ? row : { ...row, line };
    }),
  }));
}

/**
 * Checks the rows of a version before it is made.
 * @throws GalleyError `data.expectation_failed` where an expectation with `block` fails and that is not accepted
 */
export async function checkStaged(rows: CheckedRows, input: CheckInput, staged: Staged): Promise<CheckResult[]> {
  const { job } = staged;
  const checked = await checkRows(rows, input, {
    progress: (done, total) => job.progress({ phase: 'checking', done, total }),
    throwIfCanceled: job.throwIfCanceled,
  });
  const results = withLines(staged, checked);
  if (blockingFailures(results).length > 0 && !staged.acceptFailures) throw refusal(input.dataset, results);
  return results;
}
