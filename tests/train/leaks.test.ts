import { expect, test } from 'vitest';
import { seededRandom } from '../../engine/base/random.ts';
import { drawRows, type TrainingRequest } from '../../engine/train/draw-rows.ts';
import { refuseLeaks } from '../../engine/train/leaks.ts';
import { everyFifth, frameOf, numberColumn, textColumn } from '../support/train-sample.ts';

const random = seededRandom(3);
const delays = Array.from({ length: 400 }, () => Math.floor(random() * 40) - 5);
const frame = frameOf(
  numberColumn('delay_minutes', delays, 'int64'),
  numberColumn(
    'distance',
    delays.map((delay) => delay + random() * 200),
  ),
  textColumn(
    'reason',
    delays.map((delay) => (delay > 15 ? 'weather' : null)),
  ),
  textColumn(
    'late',
    delays.map((delay) => (delay > 15 ? 'yes' : 'no')),
  ),
);
const request: TrainingRequest = { target: 'late', split: everyFifth, window: null, keyColumns: [] };

function refuse(allowed: string[], changed: Partial<TrainingRequest> = {}) {
  const whole = { ...request, ...changed };
  return refuseLeaks(frame, whole.target, drawRows(frame, whole), allowed, () => {});
}

function faultOf(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

test('columns that give the target away stop a training, each with what was seen', () => {
  expect(faultOf(() => refuse([]))).toMatchObject({
    code: 'train.suspected_leak',
    kind: 'precondition',
    details: { columns: ['delay_minutes', 'reason'] },
  });
  expect(() => refuse([])).toThrow(/"delay_minutes" alone tells "late".*AUC 1.000/);
});

test('the user decides: to leave them out, or to use them', () => {
  expect(() => refuse([], { exclude: ['delay_minutes', 'reason'] })).not.toThrow();
  expect(() => refuse(['delay_minutes', 'reason'])).not.toThrow();
  expect(() => refuse(['delay_minutes'])).toThrow(/"reason"/);
  expect(() => refuse(['*'])).not.toThrow();
});

test('where nothing else is there to learn from, a warning is enough', () => {
  expect(refuse([], { features: ['delay_minutes'] })).toMatchObject([
    { code: 'train.suspected_leak', column: 'delay_minutes' },
  ]);
});

test('what the holdout holds decides nothing', () => {
  const training = drawRows(frame, request).training;
  const kept = new Set(training);
  const column = numberColumn(
    'distance',
    delays.map((delay, row) => (kept.has(row) ? (frame.columns[1]?.values[row] as number) : delay)),
  );
  const spoilt = { ...frame, columns: frame.columns.map((each) => (each.name === 'distance' ? column : each)) };
  const drawn = drawRows(spoilt, request);
  expect(faultOf(() => refuseLeaks(spoilt, 'late', drawn, [], () => {}))).toMatchObject({
    details: { columns: ['delay_minutes', 'reason'] },
  });
});
