import type { DuckDBConnection } from '@duckdb/node-api';
import type { Signature } from '../contract/values.ts';
import { largestPayload } from '../serving/log-frame.ts';
import { parquetTable, sqlName, sqlText } from '../store/duck.ts';
import {
  commonColumns,
  inputColumn,
  inputTypes,
  labelColumn,
  predictionColumn,
  probabilityColumn,
} from './log-columns.ts';

/** Writes the records of one version, lines of JSON, to a Parquet file with columns typed by its signature. */
export async function writePart(
  connection: DuckDBConnection,
  lines: string,
  signature: Signature,
  target: string,
): Promise<void> {
  await connection.run(
    `COPY (${partQuery(lines, signature)}) TO ${sqlText(target)} (FORMAT parquet, COMPRESSION zstd)`,
  );
}

/** SQL for the rows of a part, from the records of one version as lines of JSON. */
export function partQuery(lines: string, signature: Signature): string {
  const columns = [
    ...commonColumns.map(({ name }) => sqlName(name)),
    ...signature.inputs.map(({ name, type }) => {
      const value = `inputs[${sqlText(name)}]`;
      return `TRY_CAST(${value} AS ${inputTypes(type).part}) AS ${sqlName(inputColumn(name))}`;
    }),
    ...outputs(signature),
  ];
  return `SELECT ${columns.join(', ')} FROM ${linesTable(lines, jsonColumns(signature))}`;
}

/** Makes one Parquet file of parts of the same version, their rows in the order of the parts. */
export async function joinParts(connection: DuckDBConnection, parts: readonly string[], target: string): Promise<void> {
  await connection.run(
    `COPY (SELECT * FROM ${parquetTable(parts)}) TO ${sqlText(target)} (FORMAT parquet, COMPRESSION zstd)`,
  );
}

function outputs(signature: Signature): string[] {
  if (signature.task === 'regression') return [`outputs.prediction AS ${sqlName(predictionColumn)}`];
  const probabilities = (signature.classes ?? []).map(
    (name, position) => `outputs.probabilities[${sqlText(name)}] AS ${sqlName(probabilityColumn(position))}`,
  );
  return [`outputs.label AS ${sqlName(labelColumn)}`, ...probabilities];
}

function jsonColumns(signature: Signature): Record<string, string> {
  const inputs = signature.inputs.map(({ name, type }) => `${sqlName(name)} ${inputTypes(type).json}`);
  return {
    ...Object.fromEntries(commonColumns.map(({ name, sql }) => [name, sql])),
    inputs: `STRUCT(${inputs.join(', ')})`,
    outputs:
      signature.task === 'regression'
        ? 'STRUCT(prediction DOUBLE)'
        : 'STRUCT("label" VARCHAR, probabilities MAP(VARCHAR, DOUBLE))',
  };
}

function linesTable(path: string, columns: Record<string, string>): string {
  const list = Object.entries(columns).map(([name, type]) => `${sqlName(name)}: ${sqlText(type)}`);
  const options = [
    "format = 'newline_delimited'",
    `maximum_object_size = ${largestPayload}`,
    `columns = {${list.join(', ')}}`,
  ];
  return `read_json(${sqlText(path)}, ${options.join(', ')})`;
}
