import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { renameInFiles } from '../../../engine/data/history/rename-in-files.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const recipe = `format: 1
# where the rows come from
from: sales@3   # pinned
to: "sales_clean"
steps:
  - kind: join
    with: sales
    on: [id]
  - { kind: fill, column: sales, with: value, value: sales }
`;

function project(): string {
  const folder = temporaryFolder();
  for (const name of ['recipes', 'expectations']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'recipes', 'clean.yaml'), recipe);
  writeFileSync(join(folder, 'recipes', 'broken.yaml'), 'from: [sales');
  writeFileSync(join(folder, 'expectations', 'sales.yaml'), 'format: 1\ndataset: sales # ours\nexpectations: []\n');
  return folder;
}

test('recipes and expectations get the new name of a dataset, and nothing else in them changes', () => {
  const folder = project();
  renameInFiles(folder, 'sales', 'orders');
  expect(readFileSync(join(folder, 'recipes', 'clean.yaml'), 'utf8')).toBe(
    recipe.replace('from: sales@3', 'from: orders@3').replace('with: sales\n', 'with: orders\n'),
  );
  expect(readFileSync(join(folder, 'recipes', 'broken.yaml'), 'utf8')).toBe('from: [sales');
  expect(existsSync(join(folder, 'expectations', 'sales.yaml'))).toBe(false);
  expect(readFileSync(join(folder, 'expectations', 'orders.yaml'), 'utf8')).toBe(
    'format: 1\ndataset: orders # ours\nexpectations: []\n',
  );
  renameInFiles(folder, 'sales_clean', 'null');
  expect(readFileSync(join(folder, 'recipes', 'clean.yaml'), 'utf8')).toContain('to: "null"\n');
});

test('expectations of other datasets that refer to it follow, and nothing else in them', () => {
  const folder = project();
  const orders = (dataset: string) => `format: 1
dataset: lines
expectations:
  # every line has its sale
  - { kind: refers, columns: [sale], dataset: ${dataset}, to: [id] }
  - { kind: one-of, column: dataset, values: [sales], note: sales }
`;
  writeFileSync(join(folder, 'expectations', 'lines.yaml'), orders('sales'));
  renameInFiles(folder, 'sales', 'orders');
  expect(readFileSync(join(folder, 'expectations', 'lines.yaml'), 'utf8')).toBe(orders('orders'));
});

test('expectations that are there under the new name are not written over', () => {
  const folder = project();
  writeFileSync(join(folder, 'expectations', 'orders.yaml'), 'mine');
  expect(() => renameInFiles(folder, 'sales', 'orders')).toThrow(expect.objectContaining({ code: 'data.name_taken' }));
  expect(readFileSync(join(folder, 'expectations', 'orders.yaml'), 'utf8')).toBe('mine');
});
