import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withTableFile } from '../../engine/monitor/table-file.ts';
import { temporaryFolder } from '../support/temporary.ts';

test('an apostrophe in a quoted label is no quote of its own', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'labels.csv');
  const labels = Array.from({ length: 40 }, (_, row) => (row % 2 === 0 ? "n'o" : 'yes'));
  writeFileSync(path, `id,label\n${labels.map((label, row) => `i${row},"${label}"\n`).join('')}`);
  const read = await withTableFile(path, { temporaryFolder: folder }, async ({ connection, table }) => {
    return (await connection.runAndReadAll(`SELECT label FROM ${table(['label'])}`)).getRows().flat();
  });
  expect(read).toEqual(labels);
});
