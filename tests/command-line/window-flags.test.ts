import { expect, test } from 'vitest';
import type { Command } from '../../engine/command-line/command.ts';
import { commands } from '../../engine/command-line/commands.ts';

const commandOf = (words: string) => commands.find((command) => command.words === words) as Command;

test.each(['report', 'performance', 'fairness-over-time', 'quality', 'system'])(
  'monitor %s takes a range and the length of its windows',
  (name) => {
    const { flags, input } = commandOf(`monitor ${name}`);
    expect(Object.keys(flags)).toEqual(expect.arrayContaining(['since', 'until', 'window']));
    expect(input(['shop'], { since: '2025-01-01', window: 'day' })).toEqual({
      deployment: 'shop',
      since: '2025-01-01T00:00:00.000Z',
      window: 'day',
    });
  },
);

test('a report takes what drift is judged by', () => {
  const { input } = commandOf('monitor report');
  expect(input(['shop'], { definitions: 'decile', thresholds: 'chunks', rows: true })).toEqual({
    deployment: 'shop',
    definitions: 'decile',
    thresholds: 'chunks',
    rows: true,
  });
});
