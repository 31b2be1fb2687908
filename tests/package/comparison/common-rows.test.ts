import { expect, test } from 'vitest';
import { type Frame, selectRows } from '../../../engine/base/frame.ts';
import type { Split } from '../../../engine/contract/train.ts';
import { commonRows, type TrainingRows } from '../../../engine/package/comparison/common-rows.ts';
import { drawHoldout } from '../../../engine/train/split.ts';

const day = 86_400_000;

/** Rows whose id is their first position, a day after the other. */
function rows(count: number): Frame {
  const ids = Float64Array.from({ length: count }, (_, row) => row);
  return {
    rows: count,
    columns: [
      { name: 'id', type: 'int64', kind: 'number', values: ids },
      { name: 'x', type: 'float64', kind: 'number', values: ids.map((id) => Math.sin(id)) },
      { name: 'at', type: 'date', kind: 'time', values: ids.map((id) => id * day) },
    ],
  };
}

function trained(frame: Frame, split: Split, change: Partial<TrainingRows> = {}): TrainingRows {
  return { frame, split, window: null, keyColumns: [], ...change };
}

const idsOf = (frame: Frame, positions: Int32Array) =>
  Array.from(positions, (row) => (frame.columns[0] as { values: Float64Array }).values[row] as number);

const everyFifth: Split = { kind: 'every-nth', every: 5 };

test('after an append, each fifth row of the new version is new to both', () => {
  const after = rows(40);
  const common = commonRows(trained(after, everyFifth), trained(rows(20), everyFifth));
  expect([...common]).toEqual([0, 5, 10, 15, 20, 25, 30, 35]);
});

test('of a window, only its own holdout counts', () => {
  const window = { column: 'at', from: new Date(20 * day).toISOString() };
  const common = commonRows(trained(rows(40), everyFifth, { window }), trained(rows(20), everyFifth));
  expect([...common]).toEqual([20, 25, 30, 35]);
});

test('rows that moved to other positions are still known as trained on', () => {
  const before = rows(20);
  const moved = selectRows(before, [...Array(20).keys()].reverse());
  const common = commonRows(trained(moved, everyFifth), trained(before, everyFifth));
  const heldOutThen = [0, 5, 10, 15];
  const heldOutNow = [19, 14, 9, 4];
  expect(idsOf(moved, common)).toEqual(heldOutNow.filter((id) => heldOutThen.includes(id)));
});

test('a time split judges only by rows after the training of both', () => {
  const split: Split = { kind: 'time', by: 'at', holdout: 0.25 };
  const after = rows(40);
  const common = commonRows(trained(after, split), trained(rows(36), split));
  expect(idsOf(after, common)).toEqual([30, 31, 32, 33, 34, 35, 36, 37, 38, 39]);
  const trainedOnMore: Split = { kind: 'time', by: 'at', holdout: 0.1 };
  expect(idsOf(after, commonRows(trained(after, split), trained(rows(38), trainedOnMore)))).toEqual([
    34, 35, 36, 37, 38, 39,
  ]);
});

test('a random split keeps a row on its side in later versions', () => {
  const split: Split = { kind: 'random', holdout: 0.3, seed: 4 };
  const after = rows(400);
  const common = commonRows(trained(after, split), trained(rows(200), split));
  const old = idsOf(after, common).filter((id) => id < 200);
  expect(old.length).toBeGreaterThan(40);
  expect(old).toEqual(idsOf(rows(200), commonRows(trained(rows(200), split), trained(rows(200), split))));
});

test('with a key, a row that was edited since is still the row that was trained on', () => {
  const before = rows(20);
  const edited = rows(20);
  (edited.columns[1] as { values: Float64Array }).values.fill(7);
  const key = { keyColumns: ['id'] };
  const other: Split = { kind: 'every-nth', every: 2 };
  const byKey = commonRows(trained(edited, other, key), trained(before, everyFifth, key));
  expect([...byKey]).toEqual([0, 10]);
  const byContent = commonRows(trained(edited, other), trained(before, everyFifth));
  expect(byContent).toHaveLength(10);
});

test('a column that came later does not make rows new', () => {
  const wider = rows(20);
  wider.columns.push({ name: 'y', type: 'float64', kind: 'number', values: new Float64Array(20).fill(1) });
  const other: Split = { kind: 'every-nth', every: 2 };
  expect([...commonRows(trained(wider, other), trained(rows(20), everyFifth))]).toEqual([0, 10]);
});

const random: Split = { kind: 'random', holdout: 0.3, seed: 4 };

/** Rows of so many contents, of which the target is another in turn. */
function alike(count: number, contents: number): Frame {
  const positions = Float64Array.from({ length: count }, (_, row) => row);
  return {
    rows: count,
    columns: [
      { name: 'x', type: 'float64', kind: 'number', values: positions.map((row) => row % contents) },
      { name: 'y', type: 'float64', kind: 'number', values: positions.map((row) => Math.floor(row / contents) % 2) },
    ],
  };
}
const byContent: Partial<TrainingRows> = { rowIdentity: { by: 'content', columns: ['x'] } };

test('rows that differ from those trained on in the target alone are not new to a champion of an earlier recipe', () => {
  const frame = alike(800, 400);
  const challenger = trained(frame, random, byContent);
  const champion = trained(frame, random);
  const heldBy = (one: TrainingRows) => {
    const isHeldOut = drawHoldout(frame, Int32Array.from(Array(800).keys()), random, one);
    return [...Array(800).keys()].filter((row) => isHeldOut(row));
  };
  const fromChampion = new Set(heldBy(champion));
  const wanted = heldBy(challenger).filter((row) => fromChampion.has(row) && fromChampion.has((row + 400) % 800));
  expect(wanted.length).toBeGreaterThan(10);
  expect([...commonRows(challenger, champion)]).toEqual(wanted);
});

test('each is divided as its own recipe says, so that rows keep their sides', () => {
  const [before, after] = [alike(800, 400), alike(1200, 400)];
  const whole: Partial<TrainingRows> = { rowIdentity: { by: 'key', columns: ['x', 'y'] } };
  const common = commonRows(trained(after, random, whole), trained(before, random));
  expect([...common].filter((row) => row < 800)).toEqual([
    ...commonRows(trained(before, random), trained(before, random)),
  ]);
  expect(common.length).toBeGreaterThan(300);
});

test('where copies are told apart, those that the champion did not see are new', () => {
  const few = (count: number) => trained(alike(count, 8), random, byContent);
  const common = commonRows(few(600), few(400));
  expect([...common].filter((row) => row < 400)).toEqual([...commonRows(few(400), few(400))]);
  expect(common.length).toBeGreaterThan(120);
});
