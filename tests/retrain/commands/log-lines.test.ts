import { expect, test } from 'vitest';
import { LogLines } from '../../../engine/retrain/commands/log-lines.ts';

function said(parts: readonly (string | Buffer)[], secrets: string[] = []): { log: string[]; last: string[] } {
  const log: string[] = [];
  const lines = new LogLines((line) => log.push(line), secrets);
  const take = lines.output();
  for (const part of parts) take(Buffer.from(part));
  take();
  return { log, last: lines.last };
}

test('lines end where a program ends them, or where it goes back to their beginning', () => {
  expect(said(['one\ntw', 'o\r\n10 %\r50 %\rdone']).log).toEqual(['one', 'two', '10 %', '50 %', 'done']);
  const text = Buffer.from('größe\n');
  expect(said([text.subarray(0, 3), text.subarray(3)]).log).toEqual(['größe']);
});

test('colours and control characters are taken out', () => {
  expect(said(['\u001b[31mred\u001b[0m\u0007bell\n']).log).toEqual(['red bell']);
});

test('secrets are hidden, the lines of one each, and short ones are left', () => {
  const secrets = ['hunter22', 'hunter22-longer', '1', 'first line\nsecond line'];
  expect(said(['a hunter22-longer, hunter22, 1\nthe second line is told\n'], secrets).log).toEqual([
    'a ***, ***, 1',
    'the *** is told',
  ]);
});

test('a secret is hidden wherever a long line is parted', () => {
  const secret = 'hunter22-longer';
  for (let length = 1980; length <= 2020; length++) {
    const parts = [`${'x'.repeat(length)}${secret.slice(0, 8)}`, `${secret.slice(8)}${'y'.repeat(3000)}`, '\n'];
    const text = said(parts, [secret]).log.join('');
    expect(text).not.toMatch(/hunt|onger/);
  }
});

test('a flood is cut: the log ends, long lines are parted, and the last lines are kept', () => {
  const { log, last } = said([Array.from({ length: 20_000 }, (_, index) => `line ${index}\n`).join('')]);
  expect(log).toHaveLength(10_000);
  expect(log.at(-1)).toBe('What it says from here on is left out.');
  expect(last).toHaveLength(10);
  expect(last.at(-1)).toBe('line 19999');
  expect(said(['x'.repeat(5000), 'y\n']).log.map(({ length }) => length)).toEqual([2000, 1]);
});
