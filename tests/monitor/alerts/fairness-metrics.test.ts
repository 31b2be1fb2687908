import { expect, test } from 'vitest';
import { type FairnessSources, fairnessMetrics } from '../../../engine/monitor/alerts/fairness-metrics.ts';

const day = (number: number) => Date.UTC(2026, 0, number);
const spec = { id: 'dep_1', name: 'loans', model: 'loans', version: 2 } as Parameters<
  ReturnType<typeof fairnessMetrics>
>[0];

function sources(task: string) {
  const asked: object[] = [];
  const report = (value: number | null) => ({ differences: { demographic_parity_difference: { value } } });
  const answer = {
    whole: report(0.3),
    windows: [
      { from: new Date(day(1)).toISOString(), report: report(0.1) },
      { from: new Date(day(2)).toISOString(), report: null },
    ],
  };
  const found = {
    references: { of: async () => ({ signature: { task, inputs: [{ name: 'age' }, { name: 'sex' }] } }) },
    fairness: {
      of: async (_: object, options: object) => {
        asked.push(options);
        return answer;
      },
    },
    marks: { of: () => ({ sex: 'sensitive' }) },
    datasetOf: () => 'loans',
  } as unknown as FairnessSources;
  return { found, asked };
}

test('each difference is offered by each input that is marked as sensitive, of a regression those of its errors', async () => {
  const names = async (task: string) => (await fairnessMetrics(sources(task).found)(spec)).map(({ name }) => name);
  expect(await names('binary')).toEqual([
    'fairness.demographic_parity_difference.sex',
    'fairness.demographic_parity_ratio.sex',
    'fairness.equalized_odds_difference.sex',
    'fairness.equalized_odds_ratio.sex',
    'fairness.equal_opportunity_difference.sex',
  ]);
  expect(await names('regression')).toEqual(['fairness.mean_error_difference.sex', 'fairness.mae_difference.sex']);
});

test('several windows are those of the report, by their beginning; one alone is its whole', async () => {
  const { found, asked } = sources('binary');
  const [metric] = await fairnessMetrics(found)(spec);
  const windows = [1, 2, 3].map((number) => ({ from: day(number), to: day(number + 1) }));
  expect(await metric?.values(spec, windows, 'day')).toEqual([0.1, null, null]);
  expect(await metric?.values(spec, windows, 'automatic')).toEqual([0.1, null, null]);
  expect(await metric?.values(spec, windows.slice(0, 1))).toEqual([0.3]);
  expect(await metric?.values(spec, [])).toEqual([]);
  expect(asked).toEqual([
    { since: day(1), until: day(4), window: 'day', by: 'sex' },
    { since: null, until: null, window: 'day', by: 'sex' },
    { since: day(1), until: day(2), window: undefined, by: 'sex' },
  ]);
});
