import { expect, test } from 'vitest';
import type { Flags } from '../../engine/command-line/command.ts';
import { retrainCommands } from '../../engine/command-line/retrain-commands.ts';
import { retrainTriggerCommands } from '../../engine/command-line/retrain-trigger-commands.ts';

const input = (words: string, positionals: string[], flags: Flags) =>
  [...retrainCommands, ...retrainTriggerCommands].find((command) => command.words === words)?.input(positionals, flags);

test('an answer is an approval unless it refuses, and what is not said stays away', () => {
  expect(input('retrain approve', ['plr_1'], {})).toEqual({ run: 'plr_1', approve: true });
  expect(input('retrain approve', ['plr_1'], { refuse: true, step: 'people', reason: 'no' })).toEqual({
    run: 'plr_1',
    approve: false,
    step: 'people',
    reason: 'no',
  });
});

test('a value of a parameter goes out as it was typed, since the pipeline says what it is', () => {
  expect(input('retrain run', ['price'], { set: ['code=007', 'margin=0.02', 'where=a=b'] })).toEqual({
    pipeline: 'price',
    parameters: { code: '007', margin: '0.02', where: 'a=b' },
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
  [
    'retrain backfill',
    ['price'],
    { dataset: 'flats', from: '1', to: '3', since: '2024-01-01' },
    '--since cannot stand beside --dataset.',
  ],
  ['retrain backfill', ['price'], { every: '1mo', parameter: 'version' }, '--parameter cannot stand beside --every.'],
  ['retrain calendar', [], { since: '2026-01-02', until: '2026-01-01' }, '--until must be after --since.'],
])(
  '%s %j refuses flags that it would pass over, or that contradict each other: %j',
  (words, positionals, flags, message) => {
    expect(() => input(words, positionals, flags)).toThrow(expect.objectContaining({ code: 'cli.usage', message }));
  },
);
