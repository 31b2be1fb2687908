import { expect, test } from 'vitest';
import { pseudonym } from '../../../engine/base/pseudonym.ts';
import { measureFairness } from '../../../engine/monitor/fairness/measure-fairness.ts';
import { pseudonymReader } from '../../../engine/monitor/fairness/sensitive-inputs.ts';
import { binary, fixture, months, regression } from '../performance/performance-fixture.ts';

const names = ['a', 'b', 'c'];
const codes = Int32Array.from(fixture.binary.group, (group) => names.indexOf(group));
const nothing = { answers: new Float64Array(0), targets: new Float64Array(0) };
const input = {
  ...{ reference: nothing, groups: { by: 'group', names, current: codes, reference: new Int32Array(0) } },
  ...{ windows: months, favourable: 'yes', minimumGroupRows: 10, minimumRows: 30 },
};

test('rates and differences of each month are Fairlearn’s, each in its interval', () => {
  const { whole, windows, reference } = measureFairness({ ...input, rule: binary.rule, current: binary.rows });
  expect(reference).toBeNull();
  expect(whole?.groups.map(({ n }) => n).reduce((sum, n) => sum + n)).toBe(600);
  for (const [index, expected] of fixture.binary.windows.entries()) {
    const { report } = windows[index] ?? {};
    for (const [name, value] of Object.entries(expected.differences)) {
      const estimate = report?.differences[name];
      expect(estimate?.value, name).toBeCloseTo(value, 12);
      expect(estimate?.low, name).toBeLessThanOrEqual(value);
      expect(estimate?.high, name).toBeGreaterThanOrEqual(value);
    }
    for (const { group, figures, tooSmall } of report?.groups ?? []) {
      expect(tooSmall).toBe(false);
      expect(figures.selection_rate?.value).toBeCloseTo(expected.by_group[group]?.selection_rate as number, 12);
      expect(figures.accuracy?.value).toBeCloseTo(expected.by_group[group]?.accuracy as number, 12);
    }
  }
});

test('groups below the minimum have no figures, and windows with few labels no report', () => {
  const few = measureFairness({ ...input, rule: binary.rule, current: binary.rows, minimumGroupRows: 40 });
  for (const { report } of few.windows) {
    expect(report?.groups.map(({ group, tooSmall }) => [group, tooSmall])).toEqual([
      ['a', false],
      ['b', false],
      ['c', true],
    ]);
  }
  const none = measureFairness({ ...input, rule: binary.rule, current: binary.rows, minimumRows: 300 });
  expect(none.windows.map(({ report }) => report)).toEqual([null, null, null]);
  expect(none.whole).not.toBeNull();
});

test('a regression is judged by mean errors, its minimum too', () => {
  const { whole } = measureFairness({
    ...input,
    rule: regression.rule,
    current: regression.rows,
    favourable: undefined,
    minimumGroupRows: 100,
  });
  const { target, prediction } = fixture.regression;
  const errors = target.flatMap((actual, row) => (codes[row] === 0 ? [(prediction[row] as number) - actual] : []));
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  expect(whole?.groups[0]?.figures.mean_error?.value).toBeCloseTo(mean, 9);
  expect(whole?.groups[2]).toMatchObject({ tooSmall: true, figures: {} });
  expect(whole?.minimumRows).toBe(100);
});

test('pseudonyms of known texts are read back, so that log and data have the same groups', () => {
  const key = Buffer.from('secret');
  const read = pseudonymReader(key, ['female', 'male', null]);
  expect(read(pseudonym(key, 'male'))).toBe('male');
  expect(read(pseudonym(key, 'other'))).toBe(pseudonym(key, 'other'));
  expect(read('female')).toBe('female');
  expect(read(null)).toBeNull();
});
