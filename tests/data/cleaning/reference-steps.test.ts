import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { CleaningStep } from '../../../engine/contract/cleaning-steps.ts';
import type { Cell } from '../../../engine/contract/data-rows.ts';
import { cleaned, type SmallTable, writeTable } from '../../support/run-recipe.ts';

interface Reference {
  source: SmallTable;
  other: SmallTable;
  cases: { name: string; steps: CleaningStep[]; expected: SmallTable }[];
}

const path = new URL('../../fixtures/cleaning/cases.json', import.meta.url);
const { source, other, cases } = JSON.parse(readFileSync(path, 'utf8')) as Reference;

/** Numbers to 10 digits: pandas adds and subtracts as its windows move. */
function rounded(value: Cell): Cell {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(10)) : value;
}

test.each(cases.map((one) => [one.name, one] as const))(
  '%s is what pandas makes of it',
  async (_, { steps, expected }) => {
    const result = await cleaned(steps, source, { other: await writeTable(other) });
    expect(result.columns.map(({ name, type }) => ({ name, type }))).toEqual(expected.columns);
    expect(result.rows.map((row) => row.map(rounded))).toEqual(expected.rows.map((row) => row.map(rounded)));
  },
);

test('every kind of step but the sample is compared', () => {
  const kinds = new Set(cases.flatMap(({ steps }) => steps.map(({ kind }) => kind)));
  expect([...kinds].sort()).toEqual([
    'combine',
    'deduplicate',
    'derive',
    'drop',
    'fill',
    'filter',
    'join',
    'keep',
    'lag',
    'map',
    'rename',
    'retype',
    'rolling',
    'sort',
    'split',
    'trim',
  ]);
});
