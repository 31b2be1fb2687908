import { createHmac } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';
import { GalleyError } from '../../base/errors.ts';
import { targetReader } from '../../base/label-target.ts';
import type { ImportedColumns, LeftOutReason } from '../../contract/deploy-log.ts';
import type { PredictionOutputs } from '../../contract/serving.ts';
import type { ColumnType, Signature } from '../../contract/values.ts';
import { openTableFile, type ReadContext, type WantedColumn } from '../../data/for-jobs.ts';
import { isRowId } from '../../serving/checked-rows.ts';
import { parseIsoTimestamp } from '../../serving/iso-time.ts';
import { valueOfText } from '../../serving/value-of-text.ts';
import type { ImportedRow, ImportedRows } from './imported-rows.ts';
import type { ImportedVersion } from './logged-inputs.ts';
import { type FoundColumns, findColumns } from './table-columns.ts';

type Cell = (column: string) => string | null;

/** Numbers below it are no times: a count or a weight would be a moment of 1970. */
const firstSeconds = 1e8;
/** Numbers that are times, by how many of them make a millisecond: all four kinds reach the year 5138 where the next one begins, in 1973. */
const timeUnits = [
  { below: 1e11, perMillisecond: 1e-3 },
  { below: 1e14, perMillisecond: 1 },
  { below: 1e17, perMillisecond: 1e3 },
  { below: 1e20, perMillisecond: 1e6 },
];

/**
 * The rows of a table that another server logged.
 * @throws GalleyError `data.*`, `deploy.log_column`
 */
export async function tableRows(
  path: string,
  context: ReadContext,
  { number, signature, inputs }: ImportedVersion & { number: number },
  given: ImportedColumns,
  key: Uint8Array,
): Promise<ImportedRows> {
  const file = await openTableFile(path, context);
  const columns = findColumns(path, file.schema, signature, given);
  const wanted = wantedColumns(columns, signature);
  const places = new Map(wanted.map(({ name }, place) => [name, place]));
  const query = `SELECT * FROM ${file.table(wanted)}`;
  const types = new Map(signature.inputs.map(({ name, type }, at) => [name, { type, column: columns.inputs[at] }]));
  const answer = answerReader(signature, columns);
  // Not what came true: that may be brought later, with the same rows.
  const told = [columns.time.name, columns.prediction, ...columns.inputs.filter((name) => name !== null)];

  const imported = (cells: readonly (string | null)[], row: number): ImportedRow | LeftOutReason => {
    const cell: Cell = (column) => cells[places.get(column) as number] ?? null;
    const time = timeOf(cell(columns.time.name), columns.time.type);
    if (time === null) return 'no_time';
    const outputs = answer(cell);
    if (typeof outputs === 'string') return outputs;
    const own = columns.id === null ? null : cell(columns.id);
    const id = isRowId(own) ? own : madeId(key, told.map(cell), row);
    const label = columns.label === null ? null : cell(columns.label);
    const logged = inputs.ofRow((name) => {
      const { type, column } = types.get(name) as { type: ColumnType; column: string | null };
      return column === null ? null : valueOfText(type, cell(column));
    });
    const times = { event_time: time, received_at: time };
    const record = { row_id: id, request_id: id, ...times, version: number, ...logged, outputs, latency: null };
    return { record, ...(label !== null && { label }) };
  };
  return { count: file.rows, read: () => read(context.connection, query, path, imported) };
}

async function* read(
  connection: DuckDBConnection,
  query: string,
  path: string,
  imported: (cells: (string | null)[], row: number) => ImportedRow | LeftOutReason,
): AsyncGenerator<ImportedRow | LeftOutReason, void> {
  let row = 0;
  try {
    const result = await connection.stream(query);
    for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      for (const cells of chunk.getRows()) yield imported(cells as (string | null)[], row++);
    }
  } catch (cause) {
    if (cause instanceof GalleyError) throw cause;
    const [reason] = (cause as Error).message.split('\n');
    throw new GalleyError('deploy.unreadable_file', `${path} cannot be read: ${reason}`, { details: { path }, cause });
  }
}

/** Each column once: one that is an input and something else is read as the input is. */
function wantedColumns(columns: FoundColumns, { inputs, task }: Signature): WantedColumn[] {
  const wanted = new Map<string, WantedColumn['form']>();
  const want = (name: string | null | undefined, form: WantedColumn['form']) => {
    if (name !== null && name !== undefined && !wanted.has(name)) wanted.set(name, form);
  };
  for (const [at, { type }] of inputs.entries()) want(columns.inputs[at], type === 'text' ? 'written' : 'value');
  want(columns.time.name, 'value');
  want(columns.prediction, task === 'regression' ? 'value' : 'written');
  for (const name of columns.probabilities) want(name, 'value');
  want(columns.id, 'written');
  want(columns.label, 'written');
  return [...wanted].map(([name, form]) => ({ name, form }));
}

/** UTC epoch milliseconds, null where the cell is no time. */
function timeOf(cell: string | null, type: ColumnType): number | null {
  if (cell === null) return null;
  if (type === 'int64' || type === 'float64' || type === 'decimal') {
    const number = Number(cell);
    const unit = timeUnits.find(({ below }) => number < below);
    return cell.trim() === '' || unit === undefined || !(number >= firstSeconds)
      ? null
      : Math.round(number / unit.perMillisecond);
  }
  const value = valueOfText('timestamp', cell);
  return typeof value === 'string' ? parseIsoTimestamp(value) : null;
}

function answerReader(
  signature: Signature,
  columns: FoundColumns,
): (cell: Cell) => PredictionOutputs | Extract<LeftOutReason, 'no_answer' | 'unknown_class'> {
  const numberOf = (cell: string | null) => {
    const value = valueOfText('float64', cell);
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  };
  if (signature.task === 'regression') {
    return (cell) => {
      const prediction = numberOf(cell(columns.prediction));
      return prediction === null ? 'no_answer' : { prediction };
    };
  }
  const { classes = [] } = signature;
  const classOf = targetReader(signature);
  return (cell) => {
    const answered = cell(columns.prediction);
    if (answered === null) return 'no_answer';
    const label = classes[classOf(answered)];
    if (label === undefined) return 'unknown_class';
    const found = columns.probabilities.map((column) => (column === null ? null : numberOf(cell(column))));
    const probabilities = withComplement(found).map((probability, at) => [classes[at] as string, probability] as const);
    return { label, probabilities: Object.fromEntries(probabilities) };
  };
}

/** Of two classes one probability tells the other. */
function withComplement(probabilities: readonly (number | null)[]): readonly (number | null)[] {
  if (probabilities.length !== 2) return probabilities;
  const [one = null, other = null] = probabilities;
  return [one ?? (other === null ? null : 1 - other), other ?? (one === null ? null : 1 - one)];
}

/**
 * The same for the same cells in the same place, so that a longer copy of a file brings only what is new. Without the key
 * nobody can try out what a masked cell was.
 */
function madeId(key: Uint8Array, cells: readonly (string | null)[], row: number): string {
  const digits = createHmac('sha256', key)
    .update(JSON.stringify([row, cells]))
    .digest('hex');
  return `row_${digits.slice(0, 24)}`;
}
