import type { CheckResult } from '../../contract/data-expectations.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import type { ReadFile } from '../sources/read-file.ts';
import { linesOfRecords } from '../sources/record-lines.ts';
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

/** Lines of rows of a version in the file that they came from, where that is a CSV file whose records can be counted. */
async function linesOf(staged: Staged, positions: readonly number[]): Promise<Map<number, number>> {
  const lines = new Map<number, number>();
  let start = staged.rowsBefore;
  for (const { file, rows } of staged.files) {
    const own = positions.filter((position) => position >= start && position < start + rows);
    if (own.length > 0 && file.form === 'csv' && !file.isCopy) {
      const wanted = new Set(own.map((position) => position - start));
      const { delimiter, dataLine } = file.dialect;
      const places = { delimiter, start: file.dataStart, firstLine: dataLine };
      const found = await linesOfRecords(file.readable, places, wanted);
      if (found.records === rows) for (const [record, line] of found.lines) lines.set(start + record, line);
    }
    start += rows;
  }
  return lines;
}

async function withLines(staged: Staged, results: readonly CheckResult[]): Promise<CheckResult[]> {
  const positions = results.flatMap(({ sample }) => sample.map(({ position }) => position));
  if (positions.length === 0) return [...results];
  const lines = await linesOf(staged, positions);
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
  const results = await withLines(staged, checked);
  if (blockingFailures(results).length > 0 && !staged.acceptFailures) throw refusal(input.dataset, results);
  return results;
}
