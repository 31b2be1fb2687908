import { expect, test } from 'vitest';
import type { RunDetail, Split } from '../../engine/contract/train.ts';
import type { StepTools } from '../../engine/retrain/step-tools.ts';
import { championRows } from '../../engine/retrain/steps/champion-rows.ts';

const random: Split = { kind: 'random', holdout: 0.2, seed: 0 };
const columns = ['x', 'answer', 'later'];

function told(recipe: Partial<RunDetail['recipe']>, keyColumns: string[] = [], of = columns) {
  const train = {
    stored: () => ({ detail: { keyColumns } }),
    rows: async () => ({ schema: [{ name: 'x' }, { name: 'answer' }] }),
  };
  const champion = { run: { id: 'run_1' }, recipe: { split: random, ...recipe } } as RunDetail;
  return championRows({ phases: { train } as unknown as StepTools['phases'] }, champion, of);
}

test('rows are told apart as in the recipe of the champion', async () => {
  const rowIdentity = { by: 'content', columns: ['x'] } as const;
  expect(await told({ rowIdentity: { ...rowIdentity, columns: ['x'] } })).toEqual(rowIdentity);
});

test('an earlier recipe went by the key, else by the whole row with its target', async () => {
  expect(await told({})).toEqual({ by: 'key', columns: ['x', 'answer'] });
  expect(await told({}, ['x'])).toEqual({ by: 'key', columns: ['x'] });
});

test('a split that divides by no hash needs nothing, and without one of the columns rows are divided anew', async () => {
  expect(await told({ split: { kind: 'every-nth', every: 5 } })).toBeUndefined();
  expect(await told({}, [], ['x'])).toBeUndefined();
});
