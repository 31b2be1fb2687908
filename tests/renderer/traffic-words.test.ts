import { describe, expect, test } from 'vitest';
import {
  type BoundField,
  boundFields,
  boundProblem,
  boundsOf,
  boundTexts,
} from '../../renderer/deploy/bound-fields.ts';
import { boundsText, rolesText } from '../../renderer/deploy/traffic-words.ts';

const field = (member: string) => boundFields.find((one) => one.member === member) as BoundField;
const texts = (changed: Record<string, string>) => boundFields.map(({ member }) => changed[member] ?? '');

describe('bounds in words', () => {
  test('nothing is said where nothing is bounded', () => {
    expect(boundsText(null)).toBe(null);
    expect(boundsText({ requests: 200, minutes: 5 })).toBe(null);
  });

  test('each limit, and what it is judged by', () => {
    expect(boundsText({ errorShare: 0.07 })).toBe('failed requests above 7 %, over the last 100');
    expect(boundsText({ errorShare: 0.0005 })).toBe('failed requests above 0.05 %, over the last 100');
    expect(boundsText({ p95Milliseconds: 20, disagreement: 1500, requests: 2000, minutes: 0.5 })).toBe(
      'p95 above 20 ms, disagreement above 1,500, over the last 2,000 within 0.500 min',
    );
  });
});

test('a version is what it does, or else its state', () => {
  expect(rolesText({ roles: ['canary', 'shadow'], state: 'ready' })).toBe('canary, shadow');
  expect(rolesText({ roles: [], state: 'unloading' })).toBe('unloading');
});

describe('bounds as fields', () => {
  test('hold every bound, a share as percent without digits that nobody typed', () => {
    const bounds = { errorShare: 0.07, p95Milliseconds: 20.5, disagreement: 0.1, requests: 200, minutes: 30 };
    expect(boundTexts(bounds)).toEqual(['7', '20.5', '0.1', '200', '30']);
    expect(boundsOf(boundTexts(bounds))).toEqual(bounds);
    expect(boundsOf(texts({ errorShare: ' 0.29 ' }))).toEqual({ errorShare: 0.0029 });
  });

  test('are none where no limit is given', () => {
    expect(boundTexts(null)).toEqual(['', '', '', '', '']);
    expect(boundsOf(boundTexts(null))).toBe(null);
    expect(boundsOf(texts({ requests: '50', minutes: '5' }))).toBe(null);
    expect(boundsOf(texts({ disagreement: '0' }))).toEqual({ disagreement: 0 });
  });

  test.each([
    ['errorShare', ['0', '2.5', '100', ' '], ['101', '-1', 'x', '1e1', 'Infinity', '0x10'], 'A number from 0 to 100.'],
    ['p95Milliseconds', ['0.1', '20'], ['0', '-5'], 'A number above 0.'],
    ['disagreement', ['0', '15'], ['-1', '1,5'], 'A number, 0 or more.'],
    ['requests', ['5', '100000'], ['4', '5.5', '100001'], 'A whole number from 5 to 100,000.'],
    ['minutes', ['0.5', '1440'], ['0', '1441'], 'A number above 0, 1,440 at most.'],
  ])('%s says what it takes', (member, right, wrong, message) => {
    for (const text of right) expect(boundProblem(field(member), text)).toBeUndefined();
    for (const text of wrong) expect(boundProblem(field(member), text)).toBe(message);
  });
});
