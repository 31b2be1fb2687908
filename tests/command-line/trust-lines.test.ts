import { expect, test } from 'vitest';
import { trustLines } from '../../engine/command-line/data-cleaning-commands.ts';

const texts = [{ file: 'recipes/few.yaml', place: 'steps[1] (filter)', sql: 'id < 5' }];
const actions = [
  { place: 'connection orders', does: 'reads from db.example.org', needs: null },
  {
    place: 'alert channel pager',
    does: 'runs notify',
    needs: 'its command runs once the channel is set on this machine',
  },
];

test('trust lists SQL and what else would run, with what waits for a consent of its own', () => {
  expect(trustLines({ texts, actions })).toEqual([
    'recipes/few.yaml, steps[1] (filter): id < 5',
    'connection orders reads from db.example.org',
    'alert channel pager runs notify (not yet: its command runs once the channel is set on this machine)',
    'The project is trusted: this may run, but for what is not yet.',
  ]);
});

test('a look trusts nothing and says so', () => {
  expect(trustLines({ texts, actions: [], trusted: false }).at(-1)).toBe('Nothing of this runs before: galley trust');
  expect(trustLines({ texts: [], actions: [], trusted: false })).toEqual(['The project holds nothing that would run.']);
  expect(trustLines({ texts: [], actions: [] })).toEqual(['The project holds nothing that would run; it is trusted.']);
});
