import { expect, test } from 'vitest';
import type { Limits } from '../../engine/contract/monitor.ts';
import type { Rule } from '../../engine/contract/monitor-alerts.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { serveNumbers } from './served-numbers.ts';
import { button, openWindow, patience, visit } from './window.ts';

test('limits are shown as they stand, and kept as they are shown', async (context) => {
  const folder = temporaryFolder();
  const { page, engine, complaints } = await openWindow(context, folder);
  await serveNumbers(engine, folder, [{}]);
  const limits = async (change: object) =>
    (await engine.call<{ limits: Limits }>('monitor.limits', { deployment: 'numbers', ...change })).limits;
  const retraining = async () => {
    const { rules } = await engine.call<{ rules: Rule[] }>('monitor.rules', { deployment: 'numbers' });
    return rules.filter(({ retrain }) => retrain).map(({ name }) => name);
  };
  await engine.call('monitor.setRule', { deployment: 'numbers', name: 'drift', retrain: true });
  const before = await limits({ driftShare: 0.125 });

  await visit(page, '/monitor/numbers');
  const drift = page.getByLabel('Columns that may drift, %');
  await button(page, 'Limits').click();
  await expect.poll(() => drift.inputValue(), patience).toBe('12.5');
  await drift.fill('101');
  await page.getByText('A number from 0 to 100.').waitFor();
  await drift.fill('7.5');
  await button(page, 'Leave them').click();

  await limits({ minimumRows: 77 });
  await expect
    .poll(async () => {
      await button(page, 'Limits').click();
      const shown = await page.getByLabel('Rows with labels that a window needs to be judged').inputValue();
      if (shown !== '77') await button(page, 'Leave them').click();
      return shown;
    }, patience)
    .toBe('77');
  expect(await drift.inputValue()).toBe('12.5');
  await button(page, 'Keep and judge again').click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await limits({})).toEqual({ ...before, minimumRows: 77 });
  expect(await retraining(), 'a switch that nobody touched').toEqual(['drift']);

  await button(page, 'Limits').click();
  await page.getByRole('switch', { name: 'Retrain by itself', checked: true }).click();
  await button(page, 'Keep and judge again').click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await retraining()).toEqual([]);
  expect(complaints).toEqual([]);
});
