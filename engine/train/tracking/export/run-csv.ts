import Papa from 'papaparse';
import type { RunField, RunValue } from '../../../contract/train-tracking.ts';
import { parseField } from '../filter/parse.ts';
import type { RunList } from '../run-list.ts';

/** Attributes of a table with everything, before its metrics, parameters and tags. */
const leading = [
  'number',
  'run_id',
  'run_name',
  'learner',
  'task',
  'target',
  'dataset',
  'dataset_version',
  'dataset_identity',
  'start_time',
  'seconds',
  'metric',
  'score',
  'features',
  'training_rows',
  'holdout_rows',
  'dropped_rows',
  'holdout_looks',
  'note',
].map((name) => `attributes.${name}`);

/** Every column that some of the runs have. */
export function allColumns(fields: readonly RunField[]): string[] {
  return [...leading, ...fields.filter(({ entity }) => entity !== 'attributes').map(({ field }) => field)];
}

/**
 * Runs as CSV (RFC 4180): a row a run, numbers in full precision, times as ISO 8601, an empty cell where a run has none.
 * Columns that none of them has a value in are left out. A text that a spreadsheet would run as a formula gets an
 * apostrophe before it.
 */
export function csvOf(list: RunList, numbers: readonly number[], columns: readonly string[]): string {
  const read = columns.map((column) => {
    const field = parseField(column);
    const values = list.column(field, numbers);
    return { title: titleOf(column), values: field.type === 'time' ? values.map(isoText) : values };
  });
  const kept = read.filter(({ values }) => values.some((value) => value !== null));
  const rows = numbers.map((_, index) => kept.map(({ values }) => values[index] ?? ''));
  const fields = kept.map(({ title }) => title);
  return `${Papa.unparse({ fields, data: rows }, { newline: '\r\n', escapeFormulae: /^[=+@\t\r]|^-(?![\d.])/ })}\r\n`;
}

/** Attributes go by their bare name, the rest as filters name them. */
function titleOf(column: string): string {
  return column.replace(/^attributes\./, '');
}

function isoText(value: RunValue): RunValue {
  return typeof value === 'number' ? new Date(value).toISOString() : value;
}
