import { expect, test } from 'vitest';
import type { Signature } from '../../../engine/contract/values.ts';
import { bytesCheck } from '../../../engine/retrain/gates/bytes.ts';
import { labelledCheck } from '../../../engine/retrain/gates/labelled.ts';
import { latencyCheck } from '../../../engine/retrain/gates/latency.ts';
import { signatureCheck } from '../../../engine/retrain/gates/signature.ts';
import { hindrance } from '../../../engine/retrain/labelled/hindrance.ts';

test('a file may have as many bytes as are allowed', () => {
  expect(bytesCheck(2048, 2048)).toEqual({
    name: 'bytes',
    passed: true,
    detail: 'its file has 2,048 bytes; at most 2,048 are taken',
  });
  expect(bytesCheck(2049, 2048).passed).toBe(false);
});

test('a row may take as long as is allowed', () => {
  expect(latencyCheck(1.5, '2ms', 2)).toEqual({
    name: 'latency',
    passed: true,
    detail: '95 of 100 rows are answered within 1.5 ms; at most 2 ms is taken',
  });
  expect(latencyCheck(2.5, '2ms', 2).passed).toBe(false);
  expect(latencyCheck(null, '2ms', 2).passed).toBe(false);
});

const x = { name: 'x', type: 'float64', nullable: true, tensor: 'float', example: 1 } as const;
const signature = (change: Partial<Signature> = {}) =>
  ({ task: 'regression', target: 'y', inputs: [x], ...change }) as Signature;

test('a challenger that takes less than the champion breaks the signature', () => {
  expect(signatureCheck(signature(), signature())).toMatchObject({ passed: true });
  expect(signatureCheck(signature(), signature({ inputs: [{ ...x, type: 'int64' }] }))).toEqual({
    name: 'signature',
    passed: false,
    detail: 'it may refuse what callers send to the champion: x must be int64, not float64',
  });
});

test('of many changes of the signature the first five are named', () => {
  const columns = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => ({ ...x, name }));
  const { detail } = signatureCheck(signature({ inputs: columns }), signature({ inputs: [] }));
  expect(detail).toContain('it takes no column e any more; and 2 further changes');
  expect(detail).not.toContain('column f');
});

const found = {
  deployment: 'sales',
  champion: 0.9,
  challenger: 0.8,
  gain: -0.1,
  interval: [-0.2, -0.01],
  rows: 20,
  since: null,
  until: null,
  known: 0,
};

test('a challenger is worse on labelled requests where the whole interval of its gain is below 0', () => {
  expect(labelledCheck(found, 'r2')).toEqual({
    name: 'labelled requests',
    passed: false,
    detail: 'it is worse on 20 labelled requests of sales: R² 0.8 against 0.9',
  });
  expect(labelledCheck({ ...found, interval: [-0.2, 0.01] }, 'r2').passed).toBe(true);
});

test('fewer than 20 labelled requests say nothing, and the check says so', () => {
  expect(labelledCheck({ ...found, rows: 19 }, 'r2')).toEqual({
    name: 'labelled requests',
    passed: true,
    detail: '19 labelled requests of sales say too little; 20 are needed before they count',
  });
});

test('requests that one of both cannot answer say nothing, and the check says why', () => {
  const unanswered = 'version 2 takes x as a text, and the requests have it as a number';
  expect(labelledCheck({ ...found, rows: 0, unanswered }, 'r2')).toEqual({
    name: 'labelled requests',
    passed: true,
    detail: `requests of sales say nothing: ${unanswered}`,
  });
});

test('a version that needs what requests lack, or takes it otherwise, cannot answer them; what may be missing may', () => {
  const needed = signature({ inputs: [{ ...x, nullable: false }] });
  expect(hindrance(needed, [])).toBe('needs x, which the requests do not have');
  expect(hindrance(signature(), [])).toBeUndefined();
  expect(hindrance(signature(), [{ name: 'x', kind: 'number' }])).toBeUndefined();
  expect(hindrance(signature(), [{ name: 'x', kind: 'text' }])).toBe(
    'takes x as a number, and the requests have it as a text',
  );
  expect(hindrance(signature(), [{ name: 'x', kind: 'mixed' }])).toBe(
    'takes x as a number, and the requests have it now so, now otherwise',
  );
});
