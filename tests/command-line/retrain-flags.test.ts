import { expect, test } from 'vitest';
import type { Flags } from '../../engine/command-line/command.ts';
import { retrainCommands } from '../../engine/command-line/retrain-commands.ts';

const input = (words: string, positionals: string[], flags: Flags) =>
  retrainCommands.find((command) => command.words === words)?.input(positionals, flags);

test('an answer is an approval unless it refuses, and what is not said stays away', () => {
  expect(input('retrain approve', ['plr_1'], {})).toEqual({ run: 'plr_1', approve: true });
  expect(input('retrain approve', ['plr_1'], { refuse: true, step: 'people', reason: 'no' })).toEqual({
    run: 'plr_1',
    approve: false,
    step: 'people',
    reason: 'no',
  });
});

test.each([
  ['retrain add', ['p.yaml'], { model: 'price' }, '--model cannot stand beside the FILE of a pipeline.'],
  ['retrain run', ['price'], { 'approved-by': 'Ada' }, '--approved-by goes with --isolated.'],
  [
    'retrain run',
    ['price'],
    { isolated: 'alone', fresh: true, wait: true },
    '--fresh, --wait cannot stand beside --isolated.',
  ],
])('%s %j refuses flags that it would pass over: %j', (words, positionals, flags, message) => {
  expect(() => input(words, positionals, flags)).toThrow(expect.objectContaining({ code: 'cli.usage', message }));
});
