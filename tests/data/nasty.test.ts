import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { GalleyError } from '../../engine/base/errors.ts';
import type { ColumnType } from '../../engine/contract/values.ts';
import { importNew, rowsOf } from '../support/import-files.ts';
import { checkoutFolder, needsShared } from '../support/needs.ts';

interface NastyFile {
  file: string;
  problem: string;
  expect: 'accept' | 'accept_with_warning' | 'reject';
  error?: string;
  rows?: number;
  columns?: { name: string; type: string }[];
  column_count?: number;
  missing?: Record<string, number>;
  bad_lines?: number[];
  checks?: { row: number; column?: string; column_index?: number; value: unknown }[];
}

const fittingTypes: Record<string, ColumnType[]> = {
  integer: ['int64'],
  float: ['float64'],
  text: ['text'],
  boolean: ['boolean'],
  date: ['date'],
  timestamp: ['timestamp'],
};

/** Where Galley does what the manifest calls the acceptable alternative. */
const alternatives: Record<string, Partial<NastyFile>> = {
  '04_windows1252.csv': { expect: 'reject', error: 'invalid_encoding', bad_lines: [2] },
  '05_semicolon_decimal_comma.csv': { columns: columns('id integer', 'menge text', 'preis text'), checks: [] },
  '09_ragged_short.csv': { expect: 'reject', error: 'ragged_rows' },
  '12_empty_header_names.csv': {},
  '21_thousands.csv': { columns: columns('id integer', 'revenue text', 'share text'), checks: [] },
  '22_dates.csv': {
    columns: columns('iso date', 'eu text', 'us text', 'iso_time timestamp', 'offset timestamp', 'epoch integer'),
    checks: [{ row: 0, column: 'offset', value: '2024-01-31T21:59:59Z' }],
  },
  '25_missing_and_infinite.csv': { columns: columns('id integer', 'v text'), missing: { v: 1 }, checks: [] },
  '30_booleans.csv': {
    columns: columns('a boolean', 'b text', 'c integer', 'd text', 'e text'),
  },
  '37_sep_line.csv': { columns: columns('id integer', 'v text'), checks: [] },
  '38_late_bad_utf8.csv': { expect: 'reject', error: 'invalid_encoding' },
  '44_case_twins.csv': {
    expect: 'accept_with_warning',
    columns: columns('ID integer', 'id_2 integer', 'Id_3 integer'),
  },
};

function columns(...written: string[]): { name: string; type: string }[] {
  return written.map((text) => {
    const [name = '', type = ''] = text.split(' ');
    return { name, type };
  });
}

function manifestFiles(): NastyFile[] {
  try {
    const manifest = JSON.parse(
      readFileSync(join(checkoutFolder, '..', 'shared', 'data', 'nasty', 'manifest.json'), 'utf8'),
    ) as { files: NastyFile[] };
    return manifest.files;
  } catch {
    return [];
  }
}

const files = manifestFiles();

test('the set of nasty files is there and whole', (context) => {
  needsShared(context, 'data', 'nasty', 'manifest.json');
  expect(files).toHaveLength(45);
});

test.for(files)('$file: $problem', async (described, context) => {
  const name = described.file.replace('files/', '');
  const wanted = { ...described, ...alternatives[name] };
  const path = needsShared(context, 'data', 'nasty', described.file);
  if (wanted.expect === 'reject') {
    const error = await importNew(path).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(GalleyError);
    expect(error).toMatchObject({ code: `data.${wanted.error}` });
    if (wanted.bad_lines) expect((error as GalleyError).details.lines).toEqual(wanted.bad_lines);
    return;
  }
  const version = await importNew(path);
  if (wanted.expect === 'accept_with_warning') expect(version.warnings).not.toEqual([]);
  expect(version.rows).toBe(wanted.rows);
  if (wanted.column_count) expect(version.schema).toHaveLength(wanted.column_count);
  for (const [index, column] of (wanted.columns ?? []).entries()) {
    expect(version.schema[index]?.name).toBe(column.name);
    expect(fittingTypes[column.type]).toContain(version.schema[index]?.type);
  }
  for (const [column, missing] of Object.entries(wanted.missing ?? {})) {
    expect(version.profile.find((profile) => profile.name === column)?.missing).toBe(missing);
  }
  const rows = await rowsOf(version);
  for (const check of wanted.checks ?? []) {
    const index = check.column_index ?? version.schema.findIndex((column) => column.name === check.column);
    expect(rows[check.row]?.[index]).toBe(check.value);
  }
});
