import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { GalleyError } from '../../engine/base/errors.ts';
import type { ColumnType } from '../../engine/contract/values.ts';
import { importNew, rowsOf } from '../support/import-files.ts';

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
  // DuckDB and SQL do not tell names apart by case: a second ID would be a different column only in Parquet.
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

// Thousands of columns take their time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const folder = join(import.meta.dirname, '..', 'fixtures', 'nasty');
const { files } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { files: NastyFile[] };

test('the set of nasty files is whole', () => {
  expect(files).toHaveLength(45);
});

test.for(files)('$file: $problem', async (described) => {
  const name = described.file.replace('files/', '');
  const wanted = { ...described, ...alternatives[name] };
  const path = join(folder, described.file);
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
