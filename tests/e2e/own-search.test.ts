import { expect, test } from 'vitest';
import type { Sweep, Trial } from '../../engine/contract/train-sweeps.ts';
import { button, openWindow, picture, sampleFile, visit } from './window.ts';

test('a search of one’s own: a wrong range is marked, then four random trials within a changed one', async (context) => {
  const { page, engine, complaints } = await openWindow(context);
  await engine.result('data.add', { name: 'penguins', files: [sampleFile('penguins', 'penguins.csv')] });
  await visit(page, '/train?data=penguins&target=species');
  await page.getByRole('radio', { name: 'Own', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'A search of your own' });
  for (const learner of ['baseline', 'linear', 'forest', 'network'])
    await dialog.getByRole('checkbox', { name: learner, exact: true }).uncheck();
  await dialog.getByLabel('trees: rounds is').selectOption('fixed');
  const rounds = dialog.getByLabel('trees: rounds', { exact: true });
  await rounds.fill('many');
  await dialog.getByRole('button', { name: /^Parameters of trees/ }).click();
  await rounds.waitFor({ state: 'detached' });
  await dialog.getByRole('button', { name: /^Parameters of trees/ }).click();
  expect(await rounds.inputValue()).toBe('many');
  await dialog.getByText('trees, rounds: A number is needed here.').waitFor();
  await rounds.fill('20');
  await dialog.getByLabel('trees: max leaves, from').fill('2');
  await dialog.getByLabel('trees: max leaves, to').fill('1');
  const fault = dialog.getByRole('alert').filter({ hasText: 'It must be at least 2' });
  await fault.waitFor();
  const end = dialog.getByLabel('trees: max leaves, to');
  expect(await end.getAttribute('aria-invalid')).toBe('true');
  expect(await end.getAttribute('aria-describedby')).toBe(await fault.getAttribute('id'));
  await picture(page, '84-own-search-wrong');
  await button(page, 'Done').click();
  await page.getByText('trees, max leaves: It must be at least 2').waitFor();
  expect(await button(page, 'Train').isDisabled()).toBe(true);

  await button(page, 'TPE, 20 trials').click();
  await end.fill('6');
  await fault.waitFor({ state: 'detached' });
  await dialog.getByRole('radio', { name: 'Grid' }).check();
  await dialog.getByText(/^\d+(,\d+)* combinations$/).waitFor();
  await dialog.getByRole('radio', { name: 'Random' }).check();
  await dialog.getByLabel('Trials', { exact: true }).fill('4');
  await dialog.getByLabel('Folds', { exact: true }).fill('2');
  await picture(page, '85-own-search');
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await button(page, 'Train').click();
  await page.getByText(/^trees did best with .* after 4 trials$/).waitFor({ timeout: 60_000 });
  await picture(page, '86-own-search-ended');

  const { sweep, trials, spaces } = await engine.call<{
    sweep: Sweep;
    trials: Trial[];
    spaces: Record<string, Record<string, unknown>>;
  }>('train.showSweep', { sweep: '1' });
  expect(sweep).toMatchObject({ method: 'random', budget: { trials: 4 }, folds: 2, learners: ['trees'] });
  expect(spaces.trees).toMatchObject({ max_leaves: { kind: 'integer', low: 2, high: 6 } });
  expect(trials.map(({ params }) => params.rounds)).toEqual([20, 20, 20, 20]);
  for (const { params } of trials) expect(params.max_leaves).toBeLessThanOrEqual(6);
  expect(complaints).toEqual([]);
});
