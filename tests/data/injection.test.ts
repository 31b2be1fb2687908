import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Difference } from '../../engine/contract/data-comparison.ts';
import { openDuck } from '../../engine/store/duck.ts';
import { dataProject } from '../support/data-project.ts';
import { zipOf } from '../support/make-zip.ts';
import { temporaryFolder } from '../support/temporary.ts';

const secret = 'the secret of the neighbour';

/** A folder outside of the project with a file that nothing may read and beside which nothing may be written. */
function neighbour(): { folder: string; path: string; check(): void } {
  const folder = temporaryFolder();
  const path = join(folder, 'secret.csv');
  writeFileSync(path, `a\n${secret}\n`);
  return {
    folder,
    path,
    check: () => {
      expect(readdirSync(folder)).toEqual(['secret.csv']);
      expect(readFileSync(path, 'utf8')).toBe(`a\n${secret}\n`);
    },
  };
}

/** Texts that break out of SQL where anything is put into it as it is. */
function hostileTexts({ folder, path }: { folder: string; path: string }): string[] {
  return [
    `read_csv('${path}')`,
    `(SELECT content FROM read_text('${path}'))`,
    `') ; COPY (SELECT 1) TO '${folder}/pwned.csv'; --`,
    `" ; COPY (SELECT 1) TO '${folder}/pwned.csv'; --`,
    `', (SELECT content FROM read_text('${path}')), '`,
    `x" FROM read_csv('${path}'); --`,
    `"; INSTALL httpfs; LOAD httpfs; --`,
    `'; ATTACH '${folder}/pwned.db'; --`,
    `"; SET enable_external_access = true; --`,
    `"; PRAGMA memory_limit='1KB'; --`,
    '/* comment',
    'comment */ --',
    "it's",
    '""',
    '\\',
    '$$ body $$',
    '$1',
    '?',
    '{x}',
    '%s %n',
    'Ñandú 😀 \u202Eabc',
    `${'long name '.repeat(30)}end`,
    'filename',
    'c0',
    'count(*)',
    'NULL',
    'select',
    '__proto__',
    'constructor',
  ];
}

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

test('hostile column names and values go through everything as they are', { timeout: 60_000 }, async () => {
  const other = neighbour();
  const texts = hostileTexts(other);
  const names = [...texts, 'n'];
  const line = (extra: number) => [...texts.map(quoted), extra].join(',');
  const folder = temporaryFolder();
  const source = join(folder, 'a.csv');
  writeFileSync(source, [names.map(quoted).join(','), line(1), line(2)].join('\n'));
  const project = dataProject();
  const { data, add } = project;

  const preview = await data.handlers.preview({ path: source });
  expect(preview.columns.map((column) => column.name)).toEqual(names.map((name) => name.trim()));
  expect(preview.rows[0]).toEqual([...texts, 1]);

  const added = await add({ name: 'hostile', files: [source], key: names.slice(0, 3) });
  expect(added.columns.map((column) => column.name)).toEqual(names);
  const { profile } = await data.handlers.show({ reference: 'hostile' });
  expect(profile.slice(0, -1).map((column) => column.top[0])).toEqual(texts.map((value) => ({ value, count: 2 })));

  const page = { reference: 'hostile', offset: 0, limit: 10 };
  for (const name of names) {
    const sorted = await data.handlers.rows({ ...page, sort: [{ column: name, descending: true }] });
    expect(sorted.total).toBe(2);
  }
  for (const [index, value] of texts.entries()) {
    for (const operator of ['=', 'contains', 'starts_with', 'one_of'] as const) {
      const conditions = [{ column: names[index] as string, operator, values: [value] }];
      const found = await data.handlers.rows({ ...page, filter: { match: 'all', conditions } });
      expect(found.total, `${operator} ${value}`).toBe(2);
    }
  }

  writeFileSync(source, [names.map(quoted).join(','), line(1), line(3)].join('\n'));
  await add({ name: 'hostile', files: [source] });
  for (const key of [[], names.slice(0, -1), ['n']]) {
    const diff = await project.result<Difference>(data.handlers.diff({ from: 'hostile@1', to: 'hostile@2', key }));
    expect(diff.rows.added + (diff.rows.changed ?? 0)).toBeGreaterThan(0);
  }

  for (const ending of ['csv', 'parquet', 'ndjson']) {
    const to = join(folder, `o'; DROP ${ending} " --.${ending}`);
    await data.handlers.export({ reference: 'hostile@1', to });
    expect((await add({ name: `back-${ending}`, files: [to] })).identity).toBe(added.identity);
  }
  other.check();
});

test('names that would hide what DuckDB tells of a row are changed, and said', async () => {
  const path = join(temporaryFolder(), 'a.csv');
  writeFileSync(path, 'file_row_number,FILE_INDEX,rowid,filename\n7,8,9,x\n');
  const { data, add } = dataProject();
  const added = await add({ name: 'reserved', files: [path] });
  expect(added.columns.map((column) => column.name)).toEqual([
    'file_row_number_2',
    'FILE_INDEX_2',
    'rowid_2',
    'filename',
  ]);
  expect(added.warnings.map((warning) => warning.code)).toEqual(Array(3).fill('data.reserved_column_name'));
  const page = await data.handlers.rows({ reference: 'reserved', offset: 0, limit: 1 });
  expect(page.rows).toEqual([[7, 8, 9, 'x']]);
});

test('hostile names in JSON, workbooks and sheets are names', async () => {
  const other = neighbour();
  const texts = hostileTexts(other);
  const { data, add } = dataProject();
  const folder = temporaryFolder();
  const json = join(folder, 'a.json');
  writeFileSync(json, JSON.stringify([Object.fromEntries(texts.map((text) => [`k${text}`, text]))]));
  const fromJson = await add({ name: 'json', files: [json] });
  expect(fromJson.columns.map((column) => column.name)).toEqual(texts.map((text) => `k${text}`));

  const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
  const row = `<row>${texts.map((text) => `<c t="str"><v>${escaped(text)}</v></c>`).join('')}</row>`;
  const sheets = texts.map((text, index) => `<sheet name="${escaped(text)}" r:id="r${index}"/>`).join('');
  const relations = texts
    .map((_, index) => `<Relationship Id="r${index}" Type="a/worksheet" Target="sheet.xml"/>`)
    .join('');
  const workbook = join(folder, 'a.xlsx');
  writeFileSync(
    workbook,
    zipOf({
      'xl/workbook.xml': `<workbook><sheets>${sheets}</sheets></workbook>`,
      'xl/_rels/workbook.xml.rels': `<Relationships>${relations}</Relationships>`,
      'xl/sheet.xml': `<worksheet><sheetData>${row}${row}</sheetData></worksheet>`,
    }),
  );
  for (const sheet of texts.slice(0, 8)) {
    const added = await add({ name: 'sheet', files: [workbook], options: { sheet } });
    expect(added.columns.map((column) => column.name)).toEqual(texts);
  }
  const unknown = add({ name: 'sheet', files: [workbook], options: { sheet: `${texts[0]} ` } });
  await expect(unknown).rejects.toMatchObject({ code: 'data.unknown_sheet', details: { sheets: texts } });
  const page = await data.handlers.rows({ reference: 'sheet', offset: 0, limit: 1 });
  expect(page.rows[0]).toEqual(texts);
  other.check();
});

test('hostile file names, folders, patterns and references are names', async () => {
  const other = neighbour();
  const { data, add, context } = dataProject();
  const folder = join(temporaryFolder(), `it's "; --`);
  mkdirSync(folder);
  const names = ["a'; COPY 1.csv", 'b" --.csv', 'c😀.csv', 'd*?.csv', `${'e'.repeat(240)}.csv`, '-f.csv', '$(g).csv'];
  for (const [index, name] of names.entries()) writeFileSync(join(folder, name), `a\n${index}\n`);
  const added = await add({ name: 'files', files: [folder] });
  expect(added.rows).toBe(names.length);
  for (const glob of [`*'); COPY (SELECT 1) TO '${other.folder}/pwned'; --`, `../../**`, `**/../../*`, '/etc/*']) {
    await expect(add({ name: 'files', files: [folder], glob }), glob).rejects.toMatchObject({
      code: 'data.nothing_matched',
    });
  }
  for (const reference of [
    `files'; DROP TABLE datasets; --`,
    'files@1; --',
    'files@sha256:" OR 1=1',
    '../files',
    'files@-1',
  ]) {
    const shown = data.handlers.show({ reference });
    await expect(shown, reference).rejects.toMatchObject({ code: expect.stringMatching(/^data\.(unknown|invalid)/) });
  }
  const asColumn = { reference: 'files', offset: 0, limit: 1 };
  for (const column of [`a" FROM read_csv('${other.path}'); --`, 'filename', 'file_row_number', 'rowid', '*']) {
    const sorted = data.handlers.rows({ ...asColumn, sort: [{ column, descending: false }] });
    await expect(sorted, column).rejects.toMatchObject({ code: 'data.unknown_column' });
    const conditions = [{ column, operator: '=' as const, values: [1] }];
    const filtered = data.handlers.rows({ ...asColumn, filter: { match: 'all', conditions } });
    await expect(filtered, column).rejects.toMatchObject({ code: 'data.unknown_column' });
  }
  expect((await data.handlers.list({})).datasets.map((dataset) => dataset.name)).toEqual(['files']);
  expect(existsSync(join(context.project.path, 'galley.db'))).toBe(true);
  other.check();
});

test('the DuckDB that reads files can do nothing else', async () => {
  const other = neighbour();
  const temporary = temporaryFolder();
  const mine = join(temporary, 'mine.csv');
  writeFileSync(mine, 'a\n1\n');
  const duck = await openDuck({ allowed: [mine], temporaryFolder: join(temporary, 'spill'), threads: 1 });
  const connection = await duck.connect();
  const from = (path: string) => `'${path.replaceAll("'", "''")}'`;
  for (const sql of [
    `FROM read_csv(${from(other.path)})`,
    `FROM read_text(${from(other.path)})`,
    `FROM read_blob(${from(other.path)})`,
    `FROM read_json(${from(other.path)})`,
    `FROM read_parquet(${from(other.path)})`,
    `FROM ${from(other.path)}`,
    `FROM read_csv(${from(`${mine}/../../${other.path}`)})`,
    `FROM glob(${from(`${other.folder}/*`)})`,
    "FROM read_csv('/etc/passwd')",
    "FROM read_csv('/proc/self/environ')",
    `COPY (SELECT 1) TO ${from(`${other.folder}/pwned.csv`)}`,
    `COPY (SELECT 1) TO ${from(`${temporary}/pwned.csv`)}`,
    `EXPORT DATABASE ${from(`${other.folder}/pwned`)}`,
    `ATTACH ${from(`${other.folder}/pwned.db`)}`,
    'INSTALL httpfs',
    'LOAD httpfs',
    `LOAD ${from(`${other.folder}/evil.duckdb_extension`)}`,
    "FROM read_csv('https://127.0.0.1:9/x.csv')",
    "FROM read_csv('s3://bucket/x.csv')",
    'SET enable_external_access = true',
    `SET allowed_paths = [${from(other.path)}]`,
    `SET allowed_directories = [${from(other.folder)}]`,
    'SET lock_configuration = false',
    `SET temp_directory = ${from(other.folder)}`,
    `SET home_directory = ${from(other.folder)}`,
    `SET profiling_output = ${from(`${other.folder}/pwned`)}`,
    `PRAGMA log_query_path = ${from(`${other.folder}/pwned`)}`,
    'RESET enable_external_access',
  ]) {
    await expect(connection.run(sql), sql).rejects.toThrow();
  }
  expect((await connection.runAndReadAll(`FROM read_csv(${from(mine)})`)).getRowsJson()).toEqual([['1']]);
  connection.closeSync();
  duck.closeSync();
  other.check();
});
