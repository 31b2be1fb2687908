import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { errorCatalogue } from '../../engine/contract/error-catalogue.ts';
import { errorPage } from '../support/error-page.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

function sources(): { path: string; text: string }[] {
  return ['engine', 'electron']
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes(`${sep}error-catalogue${sep}`))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}

test('docs/errors.md is what the catalogue says', () => {
  expect(readFileSync(join(root, 'docs', 'errors.md'), 'utf8')).toBe(errorPage());
});

test('every code of the catalogue is used, outside the catalogue', () => {
  const all = sources()
    .map((source) => source.text)
    .join('\n');
  const unused = Object.keys(errorCatalogue).filter((code) => !all.includes(`'${code}'`));
  expect(unused).toEqual([]);
});

test('a remedy is a sentence', () => {
  for (const [code, { meaning, hint }] of Object.entries(errorCatalogue)) {
    expect(meaning, code).toMatch(/^[A-Z].*\.$/s);
    expect(hint, code).toMatch(/\.$/);
  }
});
