import { renameSync, rmSync } from 'node:fs';
import { syncFile } from '../../base/durable-files.ts';
import { GalleyError } from '../../base/errors.ts';
import { isDiskFull, type ReadContext, runWatched } from '../../data/for-jobs.ts';
import { sqlName, sqlText } from '../../store/duck.ts';
import { type AnswerColumn, freeNames } from './answer-columns.ts';
import type { AnswerParts } from './answer-parts.ts';
import type { ScoredTable } from './scored-table.ts';
import { type TableFormat, tableFormat } from './table-format.ts';

const options: Record<TableFormat, string> = {
  csv: 'FORMAT csv, HEADER',
  // Columns of numbers, which most columns are, have too many values for dictionaries: trying to make them takes half the time.
  parquet: 'FORMAT parquet, COMPRESSION snappy, DICTIONARY_SIZE_LIMIT 1000',
};

/** Where the file is until it is whole; beside its place, so that it gets its name in one step. */
export function unfinishedPath(target: string): string {
  return `${target}.${process.pid}.tmp`;
}

/**
 * Writes the columns of a table as they are, then the answers.
 * @throws GalleyError `deploy.unknown_format`, `deploy.not_writable`, `job.canceled`
 */
export async function writeTarget(
  context: ReadContext,
  table: ScoredTable,
  answers: readonly AnswerColumn[],
  parts: AnswerParts,
  target: string,
): Promise<void> {
  const unfinished = unfinishedPath(target);
  try {
    await runWatched(context, copyStatement(table, answers, parts, unfinished, tableFormat(target)), 'writing');
    syncFile(unfinished);
    renameSync(unfinished, target);
  } catch (cause) {
    if (cause instanceof GalleyError || isDiskFull(cause)) throw cause;
    const [reason = ''] = (cause as Error).message.split('\n');
    const message = `${target} cannot be written: ${reason.replaceAll(unfinished, target).replace(/, rename '.*/, '')}`;
    throw new GalleyError('deploy.not_writable', message, { details: { path: target }, cause });
  } finally {
    rmSync(unfinished, { force: true });
  }
}

/** Both sides are plain scans, which DuckDB joins by position row by row, with neither in memory. */
function copyStatement(
  { columns, whole }: ScoredTable,
  answers: readonly AnswerColumn[],
  parts: AnswerParts,
  path: string,
  format: TableFormat,
): string {
  const selects = [
    ...columns.map((name, index) => `${whole.expressions[index]} AS ${sqlName(name)}`),
    ...freeNames(answers, columns).map((name, index) => `${sqlName(parts.columnName(index))} AS ${sqlName(name)}`),
  ];
  const joined = `${whole.from} POSITIONAL JOIN ${parts.table}`;
  return `COPY (SELECT ${selects.join(', ')} FROM ${joined}) TO ${sqlText(path)} (${options[format]})`;
}
