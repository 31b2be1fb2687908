import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { canonicalJson, type Json } from '../../engine/base/canonical-json.ts';
import { readManifest } from '../../engine/data/versions/manifest.ts';
import { sqlText } from '../../engine/store/duck.ts';
import { dataProject } from '../support/data-project.ts';
import { checkoutFolder } from '../support/needs.ts';
import { temporaryFolder } from '../support/temporary.ts';

function fileOf(text: string, name: string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
}

const golden = (name: string) => readFileSync(join(checkoutFolder, 'tests', 'fixtures', 'manifest', name), 'utf8');

test('a manifest is what docs/formats.md says', async () => {
  const { context, add } = dataProject();
  const files = [fileOf('n,price\n1,0.5\n2,\n', 'base.csv'), fileOf('n,price\n3,1.5\n', 'more.csv')];
  await add({ name: 'golden', files });
  const row = context.database.get<{ manifest: string }>('SELECT manifest FROM dataset_versions');
  const manifest = readManifest(row?.manifest ?? '{}');
  expect(row?.manifest).toBe(canonicalJson(manifest as unknown as Json));
  for (const part of [manifest.base, ...manifest.parts]) {
    expect(part.blob).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(readFileSync(context.blobs.path(part.blob)).length).toBe(part.bytes);
    part.blob = 'sha256:…';
    part.bytes = 0;
  }
  expect(manifest).toEqual(JSON.parse(golden('format-2.json')));
});

test('a row delta is what docs/formats.md says', async () => {
  const { context, add } = dataProject('here', { limits: { parts: 9, changedRows: 2, changedBytes: 100 } });
  await add({ name: 'golden', files: [fileOf('n,price\n1,0.5\n2,\n3,1.5\n', 'base.csv')] });
  await add({ name: 'golden', files: [fileOf('n,price\n4,1.5\n9,0.5\n', 'more.csv')], append: true });
  const next = 'n,price\n0,0.25\n1,0.5\n2,7.5\n4,1.5\n5,\n6,\n';
  await add({ name: 'golden', files: [fileOf(next, 'next.csv')] });
  const row = context.database.get<{ manifest: string }>('SELECT manifest FROM dataset_versions WHERE number = 3');
  const { delta, identity, rows, sources } = readManifest(row?.manifest ?? '{}');
  const path = context.blobs.path(delta?.blob ?? '');
  const table = await context.duck.use(async (connection) => {
    const reader = await connection.runAndReadAll(`FROM read_parquet(${sqlText(path)})`);
    return { columns: reader.columnNames(), types: reader.columnTypes().map(String), rows: reader.getRowsJson() };
  });
  const { parts, removed, inserted } = delta ?? {};
  expect({ identity, rows, sources, delta: { parts, removed, inserted }, table }).toEqual(
    JSON.parse(golden('delta.json')),
  );
});

test('a manifest of format 1 is read as one of format 2', () => {
  expect(readManifest(golden('format-1.json'))).toEqual(JSON.parse(golden('format-2.json')));
});
