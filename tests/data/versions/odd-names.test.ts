import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AddResult } from '../../../engine/contract/data-results.ts';
import { dataProject } from '../../support/data-project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const limits = { parts: 3, changedRows: 0.5, changedBytes: 100 };

/** Names that DuckDB gives to places in Parquet files, and that deltas use. */
const names = ['file_row_number', 'file_index', 'filename', 'position', 'sequence', 'c0'];

function fileOf(rows: number[]): string {
  const path = join(temporaryFolder(), 'rows.csv');
  writeFileSync(
    path,
    [names.join(','), ...rows.map((row) => names.map((_, place) => row * 10 + place).join(','))].join('\n'),
  );
  return path;
}

test('columns may have the names that DuckDB and deltas use', async () => {
  const { add, data, result } = dataProject('here', { limits });
  const all = Array.from({ length: 40 }, (_, row) => 40 - row);
  const next = all.filter((row) => row !== 33);
  await add({ name: 'odd', files: [fileOf(all)], key: ['position'] });
  expect((await add({ name: 'odd', files: [fileOf(next)] })).rows).toBe(39);
  await result<AddResult>(data.handlers.edit({ reference: 'odd', remove: [0] }));
  await add({ name: 'odd', files: [fileOf([40])], append: true });
  await add({ name: 'odd', files: [fileOf([5, 100])], upsert: true });
  const wanted = [...next.filter((row) => row !== 40), 40, 100];
  const { rows } = await data.handlers.rows({ reference: 'odd', offset: 0, limit: 100 });
  expect(rows).toEqual(wanted.map((row) => names.map((_, place) => row * 10 + place)));
  const plain = await add({ name: 'plain', files: [fileOf(wanted)] });
  expect(data.resolve('odd').identity).toBe(plain.identity);
  expect(await data.verify()).toEqual([]);
  const to = join(temporaryFolder(), 'out');
  for (const reference of ['odd', 'plain']) {
    await data.handlers.export({ reference, to: `${to}-${reference}.csv` });
    await data.handlers.export({ reference, to: `${to}-${reference}.parquet` });
  }
  expect(readFileSync(`${to}-odd.csv`)).toEqual(readFileSync(`${to}-plain.csv`));
  expect(readFileSync(`${to}-odd.parquet`)).toEqual(readFileSync(`${to}-plain.parquet`));
});
