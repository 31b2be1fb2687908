import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { OutputOf } from '../../engine/contract/call.ts';
import type { retrainCalls } from '../../engine/contract/retrain.ts';
import type { RehearsedPolicy, rehearsalCalls } from '../../engine/contract/retrain-rehearsal.ts';
import { features, yearFile } from '../../engine/retrain/demo/ridership.ts';
import { galley } from '../support/engine.ts';
import { temporaryFolder } from '../support/temporary.ts';

type Rehearsed = OutputOf<typeof rehearsalCalls.rehearse>;

/** R² by year of scikit-learn's ridge (tests/fixtures/rehearsal/make.py). */
const scikitLearn = JSON.parse(
  readFileSync(new URL('../fixtures/rehearsal/yearly-ridge.json', import.meta.url), 'utf8'),
) as Record<'frozen' | 'renewed', Record<string, number>>;

const years = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** A project with a ridge of 2001 to 2003 and the rows of all years. */
async function ridershipProject(): Promise<string> {
  const project = temporaryFolder();
  const run = async (...words: string[]) => {
    const { code, stderr } = await galley([...words, '--project', project, '--json']);
    expect(code, stderr).toBe(0);
  };
  await run('init');
  await run('data', 'add', 'early', ...years(2001, 2003).map(yearFile), '--time', 'date');
  await run('data', 'add', 'ridership', ...years(2001, 2016).map(yearFile), '--time', 'date');
  const recipe = ['--features', features.join(','), '--split', 'every-nth', '--every', '5', '--param', 'alpha=1'];
  await run('train', 'run', 'early', '--target', 'ridership', '--learner', 'linear', ...recipe);
  await run('package', 'add', '1', '--model', 'ridership', '--alias', 'champion');
  return project;
}

test('retrain rehearse: Chicago year by year as scikit-learn has it, through a real server, and taken over', async () => {
  const project = await ridershipProject();
  const wish = ['ridership', '--dataset', 'ridership', '--period', 'year', '--window', '365d', '--bound', '0.85'];
  // So low a margin promotes every challenger: a model that is fitted again each year.
  const policies = ['--policy', 'never', '--policy', 'every-year'];
  const each = await galley<Rehearsed>([
    'retrain',
    'rehearse',
    ...wish,
    ...policies,
    '--margin=-1000',
    '--through-server',
    '--project',
    project,
    '--json',
  ]);
  expect(each.code, each.stderr).toBe(0);
  const { rehearsal } = each.json;
  expect(rehearsal.first).toMatchObject({ kind: 'version', description: 'ridership@1 as it is' });
  const byYear = ({ periods }: RehearsedPolicy) =>
    periods.map(({ from, value }) => [from.slice(0, 4), value] as [string, number]);
  const [never, yearly] = rehearsal.policies as [RehearsedPolicy, RehearsedPolicy];
  for (const [policy, reference] of [
    [never, scikitLearn.frozen],
    [yearly, scikitLearn.renewed],
  ] as const) {
    expect(byYear(policy).map(([year]) => year)).toEqual(Object.keys(reference));
    // What is left is that a server answers float32.
    for (const [year, value] of byYear(policy)) expect(value, year).toBeCloseTo(reference[year] as number, 6);
  }
  const late = (policy: RehearsedPolicy) => {
    const values = byYear(policy).filter(([year]) => Number(year) >= 2008);
    return values.reduce((sum, [, value]) => sum + value / values.length, 0);
  };
  expect(late(yearly) - late(never)).toBeGreaterThan(0.2);
  expect(yearly.promotions).toBe(13);
  expect(rehearsal.best).toBe('every-year');
  expect(rehearsal.server).toEqual({ rows: 4624, requests: 51, identical: true });

  const words = await galley([
    'retrain',
    'rehearse',
    ...wish,
    '--policy',
    'never,on-performance',
    '--project',
    project,
  ]);
  expect(words.code, words.stderr).toBe(0);
  expect(words.stdout).toContain('Untouched it would have fallen below its limit of 0.85 in 3 years');
  expect(words.stdout).toContain('Retraining on a fall of performance keeps 94 % of the first quality');
  expect(words.stdout).toMatch(/2006 +365 +0\.8454 v1, alert +0\.8454 v1, alert, promoted/);

  const list = await galley<OutputOf<typeof rehearsalCalls.rehearsals>>([
    'retrain',
    'rehearsals',
    '--project',
    project,
    '--json',
  ]);
  expect(list.json.rehearsals.map(({ best }) => best)).toEqual(['on-performance', 'every-year']);
  const id = rehearsal.id;
  const adopted = await galley<OutputOf<typeof rehearsalCalls.adopt>>([
    'retrain',
    'adopt',
    id,
    '--project',
    project,
    '--json',
  ]);
  expect(adopted.json).toMatchObject({ policy: 'every-year', pipeline: 'ridership', deployment: null });
  const { json } = await galley<OutputOf<typeof retrainCalls.list>>([
    'retrain',
    'list',
    '--project',
    project,
    '--json',
  ]);
  const renewal = { model: 'ridership', dataset: 'ridership', windowDays: 365, margin: -1000, onAlert: false };
  expect(json.pipelines).toMatchObject([{ renewal, schedule: { cron: '0 3 1 1 *' } }]);
});
