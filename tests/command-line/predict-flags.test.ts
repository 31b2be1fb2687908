import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { deployCommands } from '../../engine/command-line/deploy-commands.ts';

const predict = deployCommands.find(({ words }) => words === 'deploy predict');

test('what is scored is a file by its path or its ending, and a version of a dataset else', () => {
  const scored = (given: string) => predict?.input(['price'], { in: given, out: 'o.csv' }).in;
  // A folder of that name lies here.
  expect(existsSync('docs')).toBe(true);
  for (const reference of ['docs', 'sales', 'sales@3', 'sales@latest', 'sales@sha256:0af']) {
    expect(scored(reference)).toBe(reference);
  }
  for (const path of ['sales.csv', 'SALES.Parquet', './sales', 'a@b.csv', 'new.txt', '/tmp/sales']) {
    expect(scored(path)).toBe(resolve(path));
  }
  expect(scored('in\\sales')).toBe(resolve('in\\sales'));
});
