import { expect, test } from 'vitest';
import type { RunDetail } from '../../engine/contract/train.ts';
import { button, choose, openWindow, patience, picture, sampleFile, visit } from './window.ts';

test('two columns are combined, and a missing value becomes a number of one’s own', async (context) => {
  const { page, engine, complaints } = await openWindow(context);
  await engine.result('data.add', { name: 'penguins', files: [sampleFile('penguins', 'penguins.csv')] });
  await visit(page, '/train?data=penguins&target=species');
  await page.getByRole('radio', { name: 'Once' }).click();
  await page.getByText('More', { exact: true }).click();
  for (const learner of ['baseline', 'forest', 'trees', 'network'])
    await page.getByRole('checkbox', { name: learner, exact: true }).uncheck();
  await button(page, '7 of 7').click();
  const dialog = page.getByRole('dialog', { name: 'Columns to learn from' });
  await choose(page, 'Column', 'bill_length_mm');
  await choose(page, 'Together with', 'body_mass_g');
  await button(page, 'Add').click();
  await dialog.getByText('bill_length_mm × body_mass_g').waitFor();
  await choose(page, 'Column', 'island');
  await choose(page, 'Together with', 'sex');
  await button(page, 'Add').click();
  await button(page, 'Settings of bill_depth_mm').click();
  await dialog.getByLabel('A missing value becomes').selectOption('number');
  await dialog.getByLabel('Which is').fill('17.5');
  await picture(page, '87-columns-together');
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture(page, '87-columns-together-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await button(page, 'Done').click();
  await button(page, 'Train').click();
  const trained = async () => (await engine.call<{ total: number }>('train.list', {})).total;
  await expect.poll(trained, patience).toBe(1);

  const detail = await engine.call<RunDetail>('train.show', { run: '1' });
  expect(detail.recipe).toMatchObject({
    learner: 'linear',
    interactions: [
      ['bill_length_mm', 'body_mass_g'],
      ['island', 'sex'],
    ],
    columns: { bill_depth_mm: { impute: 17.5 } },
  });
  expect(complaints).toEqual([]);
});
