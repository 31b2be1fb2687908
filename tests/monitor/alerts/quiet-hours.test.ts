import { expect, test } from 'vitest';
import { endOfQuiet, requireTimeZone } from '../../../engine/monitor/alerts/quiet-hours.ts';

const night = { from: '22:00', to: '06:00', timeZone: 'Europe/Berlin' };
const end = (time: string, hours = night) => new Date(endOfQuiet(Date.parse(time), hours)).toISOString();

test('outside of quiet hours somebody is told at once', () => {
  expect(end('2026-06-01T10:00:30.500Z')).toBe('2026-06-01T10:00:30.500Z');
  expect(endOfQuiet(5, null)).toBe(5);
});

test('quiet hours over midnight end in the morning of the time zone, before and after midnight', () => {
  expect(end('2026-06-01T20:00:00Z')).toBe('2026-06-02T04:00:00.000Z');
  expect(end('2026-06-02T01:30:15Z')).toBe('2026-06-02T04:00:00.000Z');
  expect(end('2026-06-02T04:00:00Z')).toBe('2026-06-02T04:00:00.000Z');
  expect(end('2026-06-01T19:59:59Z')).toBe('2026-06-01T19:59:59.000Z');
});

test('hours within one day end in it', () => {
  expect(end('2026-06-01T11:15:00Z', { from: '12:00', to: '14:30', timeZone: 'Europe/Berlin' })).toBe(
    '2026-06-01T12:30:00.000Z',
  );
});

test('a night in which the clocks are put forward is an hour shorter', () => {
  expect(end('2026-03-28T21:00:00Z')).toBe('2026-03-29T04:00:00.000Z');
  expect(end('2026-03-27T21:00:00Z')).toBe('2026-03-28T05:00:00.000Z');
});

test('a night in which the clocks are put back is an hour longer', () => {
  expect(end('2026-10-24T20:00:00Z')).toBe('2026-10-25T05:00:00.000Z');
});

test('an end that clocks skip is the moment after the skipped hour', () => {
  expect(end('2026-03-29T00:30:00Z', { from: '00:00', to: '02:30', timeZone: 'Europe/Berlin' })).toBe(
    '2026-03-29T01:00:00.000Z',
  );
});

test('an hour that clocks show twice is quiet both times', () => {
  const hours = { from: '02:00', to: '02:45', timeZone: 'Europe/Berlin' };
  expect(end('2026-10-25T00:10:00Z', hours)).toBe('2026-10-25T00:45:00.000Z');
  expect(end('2026-10-25T01:10:00Z', hours)).toBe('2026-10-25T01:45:00.000Z');
});

test('hours that end where they begin are none', () => {
  expect(end('2026-06-01T20:00:00Z', { ...night, to: '22:00' })).toBe('2026-06-01T20:00:00.000Z');
});

test('a time zone that is not known is refused by its code', () => {
  expect(() => requireTimeZone('Europe/Berlinn')).toThrow(
    expect.objectContaining({ code: 'monitor.unknown_time_zone', details: { timeZone: 'Europe/Berlinn' } }),
  );
  requireTimeZone('America/St_Johns');
});

test('hours in a time zone that this machine does not know keep nobody from being told', () => {
  expect(end('2026-06-01T23:00:00Z', { ...night, timeZone: 'Europe/Berlinn' })).toBe('2026-06-01T23:00:00.000Z');
});
