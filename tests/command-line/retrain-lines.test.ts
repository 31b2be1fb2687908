import { expect, test } from 'vitest';
import type { Flags } from '../../engine/command-line/command.ts';
import { retrainCommands } from '../../engine/command-line/retrain-commands.ts';
import { stepSummary } from '../../engine/command-line/step-summary.ts';

const commandOf = (words: string) => retrainCommands.find((command) => command.words === words);
const ended = (decision: { promoted: boolean } | null, challenger = 2) => {
  const sides = { champion: { version: 1 }, challenger: { version: challenger } };
  return { pipeline_run: { decision: decision && { ...decision, ...sides } } } as never;
};
const exitCode = (words: string, answer: never, flags: Flags = {}) => commandOf(words)?.exitCode?.(answer, flags);

test.each(['retrain run', 'retrain rerun', 'retrain approve'])(
  '%s exits with 1 where a gate said no, and not where there was nothing new to learn from',
  (words) => {
    expect(exitCode(words, ended({ promoted: false }))).toBe(1);
    expect(exitCode(words, ended({ promoted: true }))).toBe(0);
    expect(exitCode(words, ended(null))).toBe(0);
    expect(exitCode(words, ended({ promoted: false }, 1))).toBe(0);
  },
);

test('who refuses a challenger got what he asked for', () => {
  expect(exitCode('retrain approve', ended({ promoted: false }), { refuse: true })).toBe(0);
});

test('a step that said nothing has a log that says so', () => {
  const print = (lines: string[], truncated: boolean) => commandOf('retrain log')?.print({ lines, truncated } as never);
  expect(print([], false)).toEqual(['(the step said nothing)']);
  expect(print(['fits'], true)).toEqual(['(the earlier lines are left out)', 'fits']);
});

test.each([
  ['Version 2 is made.', 'taken over from run 1', 'Version 2 is made; taken over from run 1'],
  ['Version 2 is made.', '', 'Version 2 is made.'],
  ['', 'nothing to approve', 'nothing to approve'],
])('%j and %j are one line', (summary, because, line) => {
  expect(stepSummary({ summary, because })).toBe(line);
});
