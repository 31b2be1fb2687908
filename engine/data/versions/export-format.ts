import { sqlName, sqlText } from '../../store/duck.ts';
import type { SchemaColumn } from '../schema.ts';

export type ExportFormat = 'csv' | 'tsv' | 'parquet' | 'ndjson' | 'json';

const endings: Record<string, ExportFormat> = {
  csv: 'csv',
  tsv: 'tsv',
  parquet: 'parquet',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  json: 'json',
};

/** How DuckDB writes a format. */
export const copyOptions: Record<ExportFormat, string> = {
  csv: 'FORMAT csv, HEADER true',
  tsv: "FORMAT csv, HEADER true, DELIMITER '\t'",
  parquet: 'FORMAT parquet, COMPRESSION zstd',
  ndjson: 'FORMAT json',
  json: 'FORMAT json, ARRAY true',
};

/** The format that a file's name asks for. */
export function formatOf(path: string): ExportFormat | undefined {
  return endings[/\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? ''];
}

/** What a spreadsheet would take for a formula at the beginning of a cell (OWASP, "CSV Injection"). */
const formulaStart = '[=+\\-@\\t\\r\\n＝＋－＠]';

function safeText(expression: string): string {
  return `CASE WHEN regexp_matches(${expression}, ${sqlText(`^${formulaStart}`)}) THEN '''' || ${expression} ELSE ${expression} END`;
}

/** A column's name as it stands in the file. */
function headerOf({ name }: SchemaColumn, isSafe: boolean): string {
  return isSafe && new RegExp(`^${formulaStart}`).test(name) ? `'${name}` : name;
}

/**
 * SQL expression for each column of an export. JSON has no NaN and no infinities: they become `null`.
 * @param isSafe true where texts that a spreadsheet would run as formulas get an apostrophe before them
 */
export function exportSelects(schema: readonly SchemaColumn[], format: ExportFormat, isSafe: boolean): string[] {
  return schema.map((column) => {
    const name = sqlName(column.name);
    if (isSafe) {
      const value = column.type === 'text' ? safeText(name) : name;
      return `${value} AS ${sqlName(headerOf(column, true))}`;
    }
    if (column.type === 'float64' && (format === 'json' || format === 'ndjson')) {
      return `CASE WHEN isfinite(${name}) THEN ${name} END AS ${name}`;
    }
    return name;
  });
}
