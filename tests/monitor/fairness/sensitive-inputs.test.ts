import { expect, test } from 'vitest';
import type { ColumnType } from '../../../engine/contract/values.ts';
import { hiddenWords, sensitiveInputs } from '../../../engine/monitor/fairness/sensitive-inputs.ts';

const types: Record<string, ColumnType> = { income: 'float64', age: 'int64', sex: 'text', faith: 'text', name: 'text' };

/** Inputs of a log of 100 rows: what is masked in it, and how many rows of each have no value. */
function found(masked: string[], missing: Record<string, number> = {}) {
  const reference = { signature: { inputs: Object.entries(types).map(([name, type]) => ({ name, type })) } };
  const log = {
    masked: async () => new Set(masked),
    missing: async (names: string[]) => Object.fromEntries(names.map((name) => [name, missing[name] ?? 0])),
  };
  const marks = { of: () => ({ age: 'sensitive', sex: 'sensitive', faith: 'sensitive', name: 'personal' }) };
  return sensitiveInputs(
    { data: { marks }, datasetOf: () => 'people' } as never,
    { reference, log, summary: { rows: 100 } } as never,
  );
}

test('marked inputs come first, where the log has their values', async () => {
  const inputs = await found([]);
  expect(inputs.known).toEqual(['age', 'sex', 'faith']);
  expect(inputs.hidden).toEqual([]);
  expect(inputs.choices).toEqual(['age', 'sex', 'faith', 'income', 'name']);
});

test('masked inputs have no values; texts as pseudonyms tell groups apart all the same', async () => {
  const inputs = await found(['age', 'sex', 'faith', 'name'], { age: 100, sex: 3, faith: 100, name: 100 });
  expect(inputs.known).toEqual(['sex']);
  expect(inputs.hidden).toEqual(['age', 'faith']);
  expect(inputs.choices).toEqual(['sex', 'income']);
  expect([...inputs.pseudonyms]).toEqual(['sex']);
});

test('why nothing can be said is said', async () => {
  const inputs = await found(['age', 'sex', 'faith'], { age: 100, sex: 100, faith: 100 });
  expect(inputs.known).toEqual([]);
  expect(hiddenWords(inputs)).toContain('age, sex and faith are marked as sensitive and masked in the log');
  expect(hiddenWords({ hidden: ['sex'] })).toContain('sex is marked as sensitive and masked in the log');
  expect(hiddenWords({ hidden: [] })).toContain('No input is marked as sensitive');
});
