import { expect, test } from 'vitest';
import { commands } from '../../engine/command-line/commands.ts';
import type { WindowComparison } from '../../engine/contract/monitor-compare.ts';
import type { FairnessOverTime } from '../../engine/contract/monitor-fairness-over-time.ts';
import type { DeploymentPerformance } from '../../engine/contract/monitor-performance.ts';

const command = (words: string) => commands.find((each) => each.words === words);
const print = (words: string, answer: unknown) =>
  command(words)
    ?.print(answer as never)
    .join('\n');

const estimate = (value: number) => ({ value, low: value - 0.1, high: value + 0.1 });

const performance: DeploymentPerformance = {
  deployment: 'shop',
  model: 'shop',
  version: 2,
  metric: { name: 'r2', lowerIsBetter: false },
  reference: { r2: 0.8, mae: 3 },
  estimate: { method: 'dle', says: 'Estimated by a second model.' },
  minimumRows: 30,
  whole: {
    from: '2024-01-01T00:00:00.000Z',
    to: '2024-02-01T00:00:00.000Z',
    rows: 1200,
    labelled: 900,
    summed: 0,
    realised: { r2: estimate(0.7), mae: { value: 4, low: null, high: null } },
    estimated: { r2: estimate(0.75) },
  },
  windows: [],
  changes: [{ detector: 'page_hinkley', at: '2024-01-10T00:00:00.000Z', before: 1.5, after: 2.5 }],
  slices: [{ column: 'city', slice: 'Oslo', rows: 40, labelled: 30, value: estimate(0.4), reference: 0.8, lost: 0.05 }],
};

test('performance is told with intervals, changes and slices', () => {
  const text = print('monitor performance', performance);
  expect(text).toContain('1,200 rows, 900 labelled; r2 on the holdout 0.8000.');
  expect(text).toContain('0.7000 (0.6000 to 0.8000)');
  expect(text).toMatch(/mae +4 +3\n/);
  expect(text).toContain('The errors changed at 2024-01-10T00:00:00.000Z (page hinkley), from 1.500 to 2.500.');
  expect(text).toMatch(/city +Oslo +40 +30 +0\.4000 \(0\.3000 to 0\.5000\) +0\.8000 +0\.05000/);
  expect(print('monitor performance', { ...performance, whole: null })).toBe('No rows.');
});

test('a comparison takes two times with two dots between them', () => {
  const input = (flags: object) => command('monitor compare')?.input(['shop'], flags as never);
  expect(input({ current: '2015-01-01..2015-04-01' })).toEqual({
    deployment: 'shop',
    current: { since: '2015-01-01T00:00:00.000Z', until: '2015-04-01T00:00:00.000Z' },
  });
  for (const wrong of ['2015-01-01', '2015-01-01..', '2015..x', 'a..b..c']) {
    expect(() => input({ current: wrong }), wrong).toThrow(/--current takes/);
  }
  expect(() => input({})).toThrow('monitor compare needs --current FROM..UNTIL.');
  const side = { label: '2015-01-01 to 2015-03-31', rows: 90, labelled: 80, metric: estimate(0.5) };
  const found: WindowComparison = {
    deployment: 'shop',
    source: 'rows',
    metric: performance.metric,
    reference: side,
    current: { ...side, metric: null },
    columns: [],
    prediction: null,
    label: null,
    slices: performance.slices,
    says: 'R² fell.',
  };
  const text = print('monitor compare', found);
  expect(text).toContain('R² fell.\n2015-01-01 to 2015-03-31: 90 rows, 80 labels, r2 0.5000 (0.4000 to 0.6000)');
  expect(text).toContain('r2 unknown');
});

test('what is said without rows that the log keeps no more is said with them', () => {
  const removed = { rows: 1200, since: '2024-01-01T00:00:00.000Z', until: '2024-01-02T00:00:00.000Z' };
  const gone = '1,200 rows of 2024-01-01 are no longer in the log';
  expect(print('monitor performance', { ...performance, removed })).toContain(`${gone}: slices, changes and estimates`);
  const fairness = { columns: [], reference: null, whole: null, windows: [], says: null, removed };
  expect(print('monitor fairness-over-time', fairness)).toBe(`${gone}: all figures are of the others.`);
  const side = { label: 'x', rows: 90, labelled: 80, metric: null };
  const found = { metric: performance.metric, columns: [], slices: [], says: '', reference: side };
  const compared = (source: string) => print('monitor compare', { ...found, source, current: { ...side, removed } });
  expect(compared('profile')).toContain(`${gone}: columns are compared by sums of all rows, label and slices by the`);
  expect(compared('rows')).toContain(`${gone}: all but the metric by the others.`);
  const quality = { version: 2, rows: 1200, checks: [], columns: [], removed };
  expect(print('monitor quality', quality)).toContain(`${gone}: they are counted, but expectations are not asked`);
});

test('fairness over time tells groups and windows, or why it cannot', () => {
  const report: FairnessOverTime['whole'] = {
    by: 'sex',
    favourable: 'yes',
    minimumRows: 10,
    groups: [
      { group: 'f', n: 60, positives: 20, tooSmall: false, figures: { selection_rate: estimate(0.4) } },
      { group: 'm', n: 4, positives: 2, tooSmall: true, figures: {} },
    ],
    differences: { demographic_parity_difference: estimate(0.2) },
    says: 'sex: apart.',
  };
  const found: FairnessOverTime = {
    deployment: 'shop',
    version: 1,
    columns: ['sex'],
    reference: null,
    whole: report,
    windows: [{ from: '2024-01-01T00:00:00.000Z', to: '2024-02-01T00:00:00.000Z', rows: 64, report }],
    says: null,
  };
  const text = print('monitor fairness-over-time', found);
  expect(text).toContain('All windows: sex: apart.');
  expect(text).toMatch(/m +4 +too few rows/);
  expect(text).toMatch(/2024-01-01 +64 +0\.2000 \(0\.1000 to 0\.3000\)/);
  const nothing = { ...found, whole: null, windows: [], says: 'No input is marked.' };
  expect(print('monitor fairness-over-time', nothing)).toBe('No input is marked.\nInputs that can be named: sex.');
});

test('labels come from a file or a dataset, and everything that was counted is told', () => {
  const input = (positionals: string[], flags: object) =>
    command('monitor labels')?.input(positionals, { id: 'i', label: 'l', ...flags } as never);
  expect(input(['shop'], { dataset: 'sales@2' })).toEqual({
    deployment: 'shop',
    dataset: 'sales@2',
    id: 'i',
    label: 'l',
  });
  for (const wrong of [() => input(['shop'], {}), () => input(['shop', 'f.csv'], { dataset: 'sales@2' })]) {
    expect(wrong).toThrow('monitor labels needs either a file or --dataset NAME@V.');
  }
  const counted = { matched: 3, unmatched: 1, unusable: 2, repeated: 4, corrected: 1 };
  expect(print('monitor labels', counted)?.split('\n')).toEqual([
    '3 labels matched a prediction, 1 did not.',
    '2 are no class of the model, or no number: nothing is judged by them.',
    '4 were followed by another one of the same row, which counts.',
    '1 row had a label before.',
  ]);
});
