import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataProject } from '../../support/data-project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const rows = [
  '{"id": 9007199254740993, "x": 0.1, "when": "2024-01-02T03:04:05Z", "day": "2024-02-29", "name": "=1+1", "ok": true}',
  '{"id": -1, "x": NaN, "when": null, "day": null, "name": "a,\\"b\\"\\n", "ok": false}',
  '{"id": 0, "x": 1e300, "when": "1969-12-31T23:59:59.000001Z", "day": "1969-12-31", "name": "", "ok": null}',
].join('\n');

async function exporter() {
  const folder = temporaryFolder();
  const source = join(folder, 'source.ndjson');
  writeFileSync(source, rows);
  const project = dataProject();
  const added = await project.add({ name: 'source', files: [source] });
  return { ...project, folder, added };
}

test.for(['csv', 'tsv', 'parquet', 'ndjson', 'json'])(
  '%s is the same bytes each time, and leaves nothing else',
  async (ending) => {
    const { data, folder } = await exporter();
    const [one, other] = [join(folder, `one.${ending}`), join(folder, `other.${ending}`)];
    const first = await data.handlers.export({ reference: 'source', to: one });
    const second = await data.handlers.export({ reference: 'source', to: other });
    expect(readFileSync(one).equals(readFileSync(other))).toBe(true);
    expect(second.sha256).toBe(first.sha256);
    expect(readdirSync(folder).sort()).toEqual([`one.${ending}`, `other.${ending}`, 'source.ndjson']);
  },
);

test('Parquet and JSON without NaN come back with the same identity', async () => {
  const { data, add, folder, added } = await exporter();
  const parquet = join(folder, 'back.parquet');
  await data.handlers.export({ reference: 'source', to: parquet });
  expect((await add({ name: 'parquet', files: [parquet] })).identity).toBe(added.identity);
  const finite = join(folder, 'finite.ndjson');
  writeFileSync(finite, rows.replace('NaN', 'null'));
  const plain = await add({ name: 'finite', files: [finite] });
  for (const ending of ['json', 'ndjson']) {
    const to = join(folder, `back.${ending}`);
    const exported = await data.handlers.export({ reference: 'finite', to });
    expect(exported.warnings).toEqual([]);
    expect((await add({ name: ending, files: [to] })).identity).toBe(plain.identity);
  }
});

test('NaN is null in JSON, and said', async () => {
  const { data, folder } = await exporter();
  const to = join(folder, 'nan.json');
  const { warnings } = await data.handlers.export({ reference: 'source', to });
  expect(warnings.map((warning) => warning.code)).toEqual(['data.not_finite_in_json']);
  expect((JSON.parse(readFileSync(to, 'utf8')) as { x: unknown }[]).map((row) => row.x)).toEqual([0.1, null, 1e300]);
});

test('formulas are defused on request only, in cells and header', async () => {
  const { data, add, folder } = await exporter();
  const source = join(folder, 'formulas.csv');
  writeFileSync(source, '"=HYPERLINK(1)",n,t\n@SUM(A1),-1,x=1\n\'+1,2,"\tx"\n＝1,3,-a\n');
  await add({ name: 'formulas', files: [source] });
  const plain = join(folder, 'plain.csv');
  await data.handlers.export({ reference: 'formulas', to: plain });
  expect(readFileSync(plain, 'utf8')).toBe("=HYPERLINK(1),n,t\n@SUM(A1),-1,x=1\n'+1,2,\tx\n＝1,3,-a\n");
  const safe = join(folder, 'safe.csv');
  await data.handlers.export({ reference: 'formulas', to: safe, safeForSpreadsheets: true });
  expect(readFileSync(safe, 'utf8')).toBe(`'=HYPERLINK(1),n,t\n'@SUM(A1),-1,x=1\n'+1,2,'\tx\n'＝1,3,'-a\n`);
});

test('what cannot be written is refused and leaves nothing', async () => {
  const { data, folder } = await exporter();
  const refused = { code: 'data.invalid_export_path' };
  await expect(data.handlers.export({ reference: 'source', to: join(folder, 'a.xls') })).rejects.toMatchObject(refused);
  await expect(data.handlers.export({ reference: 'source', to: join(folder, 'no', 'a.csv') })).rejects.toMatchObject(
    refused,
  );
  const parquet = { reference: 'source', to: join(folder, 'a.parquet'), safeForSpreadsheets: true };
  await expect(data.handlers.export(parquet)).rejects.toMatchObject(refused);
  expect(readdirSync(folder)).toEqual(['source.ndjson']);
});
