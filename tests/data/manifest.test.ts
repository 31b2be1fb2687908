import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { canonicalJson, type Json } from '../../engine/base/canonical-json.ts';
import { readManifest } from '../../engine/data/versions/manifest.ts';
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

test('a manifest of format 1 is read as one of format 2', () => {
  expect(readManifest(golden('format-1.json'))).toEqual(JSON.parse(golden('format-2.json')));
});
