import { expect, test } from 'vitest';
import type { ColumnProfile } from '../../engine/contract/data.ts';
import { conditionsOfBars } from '../../renderer/data/rows/bar-filter.ts';
import { orderWords, RowsState } from '../../renderer/data/rows/rows-state.svelte.ts';

function column(type: ColumnProfile['type'], edges: number[], top: string[] = []): ColumnProfile {
  return {
    name: 'a',
    type,
    histogram: edges.slice(1).map((to, index) => ({ from: edges[index] as number, to, count: 1 })),
    top: top.map((value) => ({ value, count: 1 })),
  } as ColumnProfile;
}

test('bars of a header become conditions that meet exactly their values', () => {
  const a = { column: 'a' };
  expect(conditionsOfBars(column('int64', [0, 2.5, 5, 7.5]), 0, 0)).toEqual([
    { ...a, operator: 'between', values: [0, 2] },
  ]);
  expect(conditionsOfBars(column('int64', [0, 2.5, 5, 7.5]), 1, 2)).toEqual([
    { ...a, operator: 'between', values: [3, 7] },
  ]);
  expect(conditionsOfBars(column('float64', [0, 0.5, 1]), 0, 0)).toEqual([
    { ...a, operator: '>=', values: [0] },
    { ...a, operator: '<', values: [0.5] },
  ]);
  expect(conditionsOfBars(column('float64', [0, 0.5, 1]), 1, 1)[1]).toEqual({ ...a, operator: '<=', values: [1] });
  const day = 86_400_000;
  expect(conditionsOfBars(column('date', [0, 1.5 * day, 3 * day]), 0, 0)).toEqual([
    { ...a, operator: 'between', values: ['1970-01-01', '1970-01-02'] },
  ]);
  expect(conditionsOfBars(column('text', [], ['x', 'y', 'z']), 1, 2)).toEqual([
    { ...a, operator: 'one_of', values: ['y', 'z'] },
  ]);
  expect(conditionsOfBars(column('boolean', [], ['true', 'false']), 1, 1)).toEqual([
    { ...a, operator: '=', values: [false] },
  ]);
});

test('a header sorts up, down and not at all; with shift it joins the others', () => {
  const view = new RowsState();
  view.sortBy('a');
  view.sortBy('b', true);
  view.sortBy('b', true);
  expect(view.order).toEqual({
    sort: [
      { column: 'a', descending: false },
      { column: 'b', descending: true },
    ],
  });
  expect(orderWords(view.sort)).toBe('by a (smallest first), then b (largest first)');
  view.sortBy('b');
  expect(view.sort).toEqual([]);
  view.pick([{ column: 'a', operator: '=', values: [1] }]);
  view.pick([{ column: 'a', operator: '=', values: [2] }]);
  view.add({ column: 'a', operator: 'present' });
  expect(view.filter?.conditions).toHaveLength(2);
});
