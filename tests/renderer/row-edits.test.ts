import { expect, test } from 'vitest';
import { RowEditsDraft, typedCell } from '../../renderer/data/rows/row-edits.svelte.ts';

test('changes are gathered by row until they are a version', () => {
  const draft = new RowEditsDraft();
  expect(draft.isEmpty).toBe(true);
  draft.change(3, 'city', 'Oslo');
  draft.change(3, 'n', null);
  draft.change(3, 'city', 'Rome');
  draft.change(5, 'n', 1);
  draft.toggleRemoved(5);
  draft.toggleRemoved(7);
  expect(draft.changed(3, 'city')).toBe('Rome');
  expect(draft.changed(3, 'n')).toBeNull();
  expect(draft.changed(4, 'n')).toBeUndefined();
  expect(draft.words).toBe('3 cells changed, 2 rows removed');
  expect(draft.edits).toEqual({ edits: [{ row: 3, values: { city: 'Rome', n: null } }], remove: [5, 7] });
  draft.toggleRemoved(5);
  draft.toggleRemoved(7);
  expect(draft.edits.remove).toEqual([]);
  draft.clear();
  expect(draft.isEmpty).toBe(true);
});

test.for([
  ['int64', '12', 12],
  ['int64', '9007199254740993', '9007199254740993'],
  ['float64', ' 1.5 ', 1.5],
  ['float64', '', ''],
  ['float64', '1,5', '1,5'],
  ['boolean', 'True', true],
  ['boolean', 'yes', 'yes'],
  ['date', '2024-02-29', '2024-02-29'],
  ['text', '12', '12'],
] as const)('%s %s', ([type, text, cell]) => {
  expect(typedCell(type, text)).toBe(cell);
});
