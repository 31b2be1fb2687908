import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type FairnessJobInput, runFairnessJob } from '../../engine/monitor/fairness-job.ts';
import { quietJob } from '../support/quiet-job.ts';
import { temporaryFolder } from '../support/temporary.ts';

const { fairness } = JSON.parse(
  readFileSync(new URL('../fixtures/evaluation/evaluation.json', import.meta.url), 'utf8'),
) as {
  fairness: {
    sex: string[];
    area: string[];
    actual: number[];
    selected: number[];
    expected: Record<string, Record<string, unknown> & { by_group: Record<string, Record<string, number>> }>;
  };
};

/** The decisions of the fixture as a file, with two rows that cannot be judged. */
function decisions(): string {
  const lines = fairness.sex.map((sex, row) => {
    const selected = fairness.selected[row] as number;
    const words = [fairness.actual[row], selected].map((flag) => (flag === 1 ? 'Yes' : 'No'));
    return [sex, fairness.area[row], words[0], 0.3 + 0.4 * selected, words[1]].join();
  });
  const path = join(temporaryFolder(), 'decisions.csv');
  writeFileSync(path, ['sex,area,repaid,score,decided', ...lines, 'f,north,,0.9,Yes', 'm,west,Yes,,'].join('\n'));
  return path;
}

function judge(input: Partial<FairnessJobInput>) {
  const whole = { file: decisions(), label: 'repaid', favourable: 'Yes', by: ['sex'], ...input };
  return runFairnessJob(whole, quietJob(temporaryFolder()));
}

test('decisions of a file by group equal Fairlearn, with intervals around them', async () => {
  const answer = await judge({ score: 'score', by: ['sex', 'area', 'sex+area'] });
  expect([answer.rows, answer.dropped, answer.overall.n]).toEqual([400, 2, 400]);
  for (const [by, { by_group: byGroup, ...differences }] of Object.entries(fairness.expected)) {
    const found = answer.by[by];
    for (const [name, value] of Object.entries(differences)) {
      expect(found?.[name as 'demographic_parity_difference'], `${by} ${name}`).toBeCloseTo(value as number, 12);
    }
    for (const [group, rates] of Object.entries(byGroup)) {
      const own = found?.by_group[group];
      for (const [name, value] of Object.entries(rates)) {
        expect(own?.[name as 'tpr'], `${group} ${name}`).toBeCloseTo(value, 12);
        const [low = 1, high = 0] = own?.intervals[name] ?? [];
        expect(low).toBeLessThanOrEqual(value);
        expect(high).toBeGreaterThanOrEqual(value);
      }
    }
  }
  const byThreshold = await judge({ score: 'score', threshold: 0.2 });
  expect(byThreshold.overall.selection_rate).toBe(1);
});

test('an answer column does instead of a score; groups that are too small say so', async () => {
  const { actual, selected } = fairness;
  const answer = await judge({ prediction: 'decided', by: ['sex+area'], minimum: 60 });
  const rate = (of: number) => {
    const among = selected.filter((_, row) => actual[row] === of);
    return expect.closeTo(among.reduce((sum, hit) => sum + hit, 0) / among.length, 12);
  };
  expect(answer.overall).toMatchObject({ n: 400, tpr: rate(1), fpr: rate(0) });
  const groups = Object.values(answer.by['sex+area']?.by_group ?? {});
  expect(groups.some(({ too_small }) => too_small)).toBe(true);
  for (const { n, too_small, selection_rate } of groups) {
    expect(too_small).toBe(n < 60);
    expect(selection_rate === null).toBe(too_small);
  }
});

test('wrong input is refused with what is there', async () => {
  await expect(judge({ score: 'scores' })).rejects.toMatchObject({ code: 'monitor.unknown_column' });
  await expect(judge({ score: 'score', by: ['race'] })).rejects.toMatchObject({ code: 'monitor.unknown_column' });
  await expect(judge({ score: 'score', favourable: 'Maybe' })).rejects.toMatchObject({
    code: 'monitor.unknown_value',
    details: { values: expect.arrayContaining(['Yes', 'No']) },
  });
});
