import { expect, test } from 'vitest';
import type { OutputOf } from '../../engine/contract/call.ts';
import type { retrainCalls } from '../../engine/contract/retrain.ts';
import type { rehearsalCalls } from '../../engine/contract/retrain-rehearsal.ts';
import { features, yearFile } from '../../engine/retrain/demo/ridership.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { openWindow, patience, picture, visit } from './window.ts';

const years = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

test('a rehearsal is one picture with its words, and its policy is taken over by a button', async (context) => {
  const { page, engine, complaints } = await openWindow(context, temporaryFolder());
  await engine.result('data.add', { name: 'early', files: years(2001, 2003).map(yearFile), time: 'date' });
  await engine.result('data.add', { name: 'ridership', files: years(2001, 2010).map(yearFile), time: 'date' });
  const split = { kind: 'every-nth', every: 5 };
  await engine.result('train.run', { reference: 'early', target: 'ridership', features, learners: ['linear'], split });
  await engine.result('package.add', { run: '1', model: 'ridership', alias: 'champion' });
  await engine.call('retrain.add', { model: 'ridership', dataset: 'ridership', windowDays: 365 });

  await visit(page, '/retrain');
  await page.getByRole('region', { name: 'Dress rehearsal' }).getByText('Replays the dated rows').waitFor();
  await page.getByRole('button', { name: 'Rehearse…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Rehearse', exact: true }).click();
  const card = page.getByRole('region', { name: 'Dress rehearsal' });
  await card.getByText('Untouched it would have').waitFor({ timeout: 120_000 });
  await card.getByRole('img', { name: 'R² over time, a line a policy' }).waitFor();
  await card.scrollIntoViewIfNeeded();
  await picture(page, 'rehearsal-quarters');

  const policies = ['never', 'every-year', 'on-drift', 'on-performance'];
  const limits = { bound: 0.85 };
  await engine.result('retrain.rehearse', { model: 'ridership', period: 'year', limits, policies });
  await card.getByText(/^R² by year on ridership@1, .*; first ridership@1 as it is$/).waitFor();
  await card.getByText('Retraining on a fall of performance keeps').waitFor();
  await card.scrollIntoViewIfNeeded();
  await picture(page, 'rehearsal');
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture(page, 'rehearsal-dark');

  await card.getByRole('button', { name: 'Use this policy: Each year' }).click();
  await card.getByText('in use').waitFor();
  const schedule = async () => {
    const { pipelines } = await engine.call<OutputOf<typeof retrainCalls.list>>('retrain.list', {});
    return pipelines[0]?.schedule?.cron;
  };
  await expect.poll(schedule, patience).toBe('0 3 1 1 *');
  await card.getByRole('button', { name: 'Use this policy: On performance' }).waitFor();

  await engine.call('deploy.start', { reference: 'ridership@champion', name: 'ridership' });
  await visit(page, '/monitor/ridership');
  const before = page.getByRole('region', { name: 'Before the first request' });
  await before.getByText('Dress rehearsal, each year').waitFor();
  await before.getByRole('img', { name: 'R² and share of drifted columns over the rehearsed time' }).waitFor();
  const { rehearsals } = await engine.call<OutputOf<typeof rehearsalCalls.rehearsals>>('retrain.rehearsals', {});
  const { rehearsal } = await engine.call<OutputOf<typeof rehearsalCalls.rehearsal>>('retrain.rehearsal', {
    rehearsal: rehearsals[0]?.id,
  });
  const eachYear = rehearsal.policies.find(({ policy }) => policy === 'every-year');
  expect(eachYear?.alerts).toBeGreaterThan(0);
  await expect.poll(() => before.getByRole('row').count()).toBe((eachYear?.alerts as number) + 1);
  await picture(page, 'rehearsed-monitor-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await picture(page, 'rehearsed-monitor');
  expect(complaints).toEqual([]);
});
