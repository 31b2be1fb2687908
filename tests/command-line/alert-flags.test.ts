import { expect, test } from 'vitest';
import { parseQuietHours, readMinutes } from '../../engine/command-line/alert-flags.ts';
import type { Command } from '../../engine/command-line/command.ts';
import { commands } from '../../engine/command-line/commands.ts';

const commandOf = (words: string) => commands.find((command) => command.words === words) as Command;

test('times of silence and quiet hours are read, anything else is refused', () => {
  expect(['30m', '2h', '1d', '1w'].map(readMinutes)).toEqual([30, 120, 1440, 10_080]);
  expect(() => readMinutes('2 hours')).toThrow(/2h/);
  expect(parseQuietHours('22:00-06:00@Europe/Berlin')).toEqual({
    from: '22:00',
    to: '06:00',
    timeZone: 'Europe/Berlin',
  });
  expect(parseQuietHours('none')).toBeNull();
  expect(() => parseQuietHours('22:00-06:00')).toThrow(/time zone/);
  expect(() => parseQuietHours('25:00-06:00@Europe/Berlin')).toThrow(/such as 22:00-06:00@Europe/);
});

test('a rule changes only what is given', () => {
  const { input } = commandOf('monitor set-rule');
  expect(input(['price', 'late'], { metric: 'rows', below: '100', for: '2', channel: ['on-call'] })).toEqual({
    deployment: 'price',
    name: 'late',
    metric: 'rows',
    comparison: 'below',
    bound: 100,
    forWindows: 2,
    channels: ['on-call'],
  });
  expect(input(['price', 'late'], { quiet: 'none', state: 'off', 'no-channels': true })).toEqual({
    deployment: 'price',
    name: 'late',
    quietHours: null,
    isOn: false,
    channels: [],
  });
  expect(() => input(['price', 'late'], { above: '1', below: '2' })).toThrow(/either/);
  expect(() => input(['price', 'late'], { state: 'yes' })).toThrow(/on or off/);
});

test('of a rule that is tried, windows without a value are counted in one line', () => {
  const window = { from: '2015-01-01T00:00:00.000Z', to: '2015-02-01T00:00:00.000Z', broken: false, fired: false };
  const windows = [
    { ...window, value: null },
    { ...window, value: 0.5, broken: true, fired: true },
  ];
  const lines = commandOf('monitor test-rule').print({ windows, says: 'It would have fired once.' } as never);
  expect(lines.slice(2).map((line) => line.split(/ +/))).toEqual([
    ['from', 'to', 'value'],
    [window.from, window.to, '0.5000', 'fires'],
    '1 window without a value.'.split(' '),
  ]);
});

test('a channel is of one kind', () => {
  const { input } = commandOf('monitor set-channel');
  expect(input(['hook'], { url: 'https://example.org' })).toEqual({
    name: 'hook',
    kind: 'webhook',
    url: 'https://example.org',
  });
  expect(input(['mail'], { host: 'smtp.example.org', from: 'a@example.org', to: ['b@example.org'] })).toMatchObject({
    kind: 'email',
    security: 'tls',
  });
  expect(input(['run', 'notify', '--loud'], {})).toEqual({
    name: 'run',
    kind: 'command',
    command: ['notify', '--loud'],
  });
  expect(() => input(['both', 'notify'], { url: 'https://example.org' })).toThrow(/one of/);
  expect(() => input(['nothing'], {})).toThrow(/one of/);
});
