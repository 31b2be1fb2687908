import { expect, test } from 'vitest';
import { traceHeader, traceOf } from '../../engine/serving/trace-context.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const parentId = 'b7ad6b7169203331';

test('a trace goes on with a span of its own', () => {
  const trace = traceOf({ traceparent: `00-${traceId}-${parentId}-01`, tracestate: 'congo=t61rcWkgMzE , rojo=00f0' });
  expect(trace).toEqual({
    traceId,
    parentId,
    spanId: expect.stringMatching(/^(?!0{16})[0-9a-f]{16}$/),
    sampled: true,
    state: 'congo=t61rcWkgMzE,rojo=00f0',
  });
  expect(traceHeader(trace)).toBe(`00-${traceId}-${trace.spanId}-01`);
  expect(traceHeader(traceOf({ traceparent: `00-${traceId}-${parentId}-00` }))).toMatch(/-00$/);
});

test('flags and fields that are not known yet are left alone', () => {
  expect(traceOf({ traceparent: `00-${traceId}-${parentId}-03` })).toMatchObject({ traceId, sampled: true });
  expect(traceOf({ traceparent: `cc-${traceId}-${parentId}-00-what-comes-later` })).toMatchObject({
    traceId,
    sampled: false,
  });
});

test.each([
  ['none', undefined],
  ['empty', ''],
  ['version ff', `ff-${traceId}-${parentId}-01`],
  ['more fields than version 00 has', `00-${traceId}-${parentId}-01-more`],
  ['a longer flag', `00-${traceId}-${parentId}-011`],
  ['large letters', `00-${traceId.toUpperCase()}-${parentId}-01`],
  ['a trace of zeros', `00-${'0'.repeat(32)}-${parentId}-01`],
  ['a parent of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
  ['a short trace', `00-${traceId.slice(1)}-${parentId}-01`],
  ['two headers', `00-${traceId}-${parentId}-01, 00-${traceId}-${parentId}-01`],
  ['a space before', ` 00-${traceId}-${parentId}-01`],
])('traceparent with %s: the trace begins here', (_, traceparent) => {
  const trace = traceOf({ traceparent, tracestate: 'congo=1' });
  expect(trace).toMatchObject({ parentId: null, sampled: null, state: null });
  expect(trace.traceId).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
  expect(trace.traceId).not.toBe(traceId);
});

const stateOf = (tracestate: string) => traceOf({ traceparent: `00-${traceId}-${parentId}-01`, tracestate }).state;

test.each(['a=1', 'tenant@system=x y', '0a-_*/=!', 'a=1,,b=2', Array.from({ length: 32 }, (_, n) => `k${n}=1`).join()])(
  'tracestate %j is passed on',
  (state) => {
    expect(stateOf(state)).toBe(state.replace(',,', ','));
  },
);

test.each([
  '',
  'a',
  'A=1',
  '=1',
  'a=',
  'a=1=2',
  'a=1,a=2',
  'a@1=2',
  `${'k'.repeat(257)}=1`,
  `a=${'v'.repeat(257)}`,
  'a=é',
  Array.from({ length: 33 }, (_, n) => `k${n}=1`).join(),
])('tracestate %j is dropped, the trace is not', (state) => {
  expect(stateOf(state)).toBeNull();
});

test('ids are drawn anew for each request', () => {
  const ids = Array.from({ length: 2000 }, () => traceOf({}));
  expect(new Set(ids.map((trace) => trace.traceId)).size).toBe(2000);
  expect(new Set(ids.map(({ spanId }) => spanId)).size).toBe(2000);
});
