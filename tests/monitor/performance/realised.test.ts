import { expect, test } from 'vitest';
import { measurePerformance } from '../../../engine/monitor/performance/measure-performance.ts';
import { sumUpDays } from '../../../engine/monitor/performance/performance-days.ts';
import { binary, months, regression } from './performance-fixture.ts';

const holdout = { answers: new Float64Array(0), targets: new Float64Array(0) };

/** The rows before a time, and those since. */
function divided({ rule, rows }: typeof binary, time: number) {
  const width = rows.answers.length / rows.targets.length;
  const select = (isWanted: (at: number) => boolean) => {
    const positions = [...rows.eventTimes.keys()].filter((row) => isWanted(rows.eventTimes[row] as number));
    return {
      eventTimes: Float64Array.from(positions, (row) => rows.eventTimes[row] as number),
      targets: Float64Array.from(positions, (row) => rows.targets[row] as number),
      answers: Float64Array.from(
        positions.flatMap((row) => [...rows.answers.subarray(row * width, (row + 1) * width)]),
      ),
    };
  };
  return { days: sumUpDays({ rule, rows: select((at) => at < time) }), rows: select((at) => at >= time) };
}

test.each([
  ['binary', binary, ['accuracy', 'f1', 'log_loss', 'brier', 'matthews']],
  ['regression', regression, ['rmse', 'mae', 'r2', 'mape']],
] as const)('the history stays what it was when its rows go: %s', (_, sample, exact) => {
  const input = { rule: sample.rule, windows: months, minimumRows: 30, holdout, described: null };
  const before = measurePerformance({ ...input, rows: sample.rows, days: [] });
  const { days, rows } = divided(sample, Date.parse('2024-02-10'));
  const after = measurePerformance({ ...input, rows, days });
  expect(after.windows.map(({ rows, labelled }) => [rows, labelled])).toEqual(
    before.windows.map(({ rows, labelled }) => [rows, labelled]),
  );
  expect(after.whole).toMatchObject({ rows: 600, labelled: 600 });
  const [january, february, march] = after.windows;
  expect(january?.summed).toBe(january?.labelled);
  expect(february?.summed).toBeGreaterThan(0);
  expect(february?.summed).toBeLessThan(february?.labelled as number);
  expect(march).toEqual(before.windows[2]);
  for (const name of exact) {
    for (const index of [0, 1]) {
      expect(after.windows[index]?.realised?.[name]?.value, name).toBeCloseTo(
        before.windows[index]?.realised?.[name]?.value as number,
        9,
      );
    }
    expect(after.whole.realised?.[name]?.value).toBeCloseTo(before.whole.realised?.[name]?.value as number, 9);
  }
});

test('days of another task count as rows, and as nothing else', () => {
  const days = sumUpDays(regression);
  const { whole } = measurePerformance({ ...binary, windows: [], minimumRows: 30, holdout, described: null, days });
  expect(whole).toMatchObject({ rows: 1200, labelled: 600, summed: 0 });
});

test('days of other classes count as rows, also where no other row has a label', () => {
  const renamed = { ...binary, rule: { ...binary.rule, classes: ['other', 'classes'] } };
  const nothing = { eventTimes: new Float64Array(0), targets: new Float64Array(0), answers: new Float64Array(0) };
  const input = { rule: binary.rule, rows: nothing, windows: [], minimumRows: 30, holdout, described: null };
  const { whole } = measurePerformance({ ...input, days: sumUpDays(renamed) });
  expect(whole).toMatchObject({ rows: 600, labelled: 0, summed: 0, realised: null });
});
