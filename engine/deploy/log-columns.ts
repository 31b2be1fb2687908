import type { ColumnType } from '../contract/values.ts';

/** Column of a log part with the value that a row had in an input of the signature. */
export function inputColumn(name: string): string {
  return `inputs.${name}`;
}

/** Column with the prediction of a regression. */
export const predictionColumn = 'outputs.prediction';

/** Column with the label of a classification. */
export const labelColumn = 'outputs.label';

/**
 * Column with the probability of the class at that position of `signature.classes`. The name has the position because
 * two classes may differ in letter case only, which column names may not.
 */
export function probabilityColumn(position: number): string {
  return `outputs.probability.${position}`;
}

/** The columns that every part has before its inputs and outputs. Times are UTC epoch milliseconds. */
export const commonColumns = [
  { name: 'row_id', sql: 'VARCHAR' },
  { name: 'request_id', sql: 'VARCHAR' },
  { name: 'event_time', sql: 'BIGINT' },
  { name: 'received_at', sql: 'BIGINT' },
  { name: 'version', sql: 'INTEGER' },
  { name: 'latency', sql: 'DOUBLE' },
  { name: 'flags', sql: 'STRUCT(field VARCHAR, flag VARCHAR)[]' },
] as const;

const sqlTypes: Record<ColumnType, string> = {
  int64: 'BIGINT',
  float64: 'DOUBLE',
  decimal: 'DOUBLE',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  text: 'VARCHAR',
};

/** DuckDB's type of an input in a part, and the one that its JSON is read with. */
export function inputTypes(type: ColumnType): { part: string; json: string } {
  const part = sqlTypes[type];
  return { part, json: type === 'date' || type === 'timestamp' ? 'VARCHAR' : part };
}
