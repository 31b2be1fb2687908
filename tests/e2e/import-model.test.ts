import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fixturePath } from '../support/adopted-fixtures.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { button, choose, dropBytes, dropFile, openWindow, picture, title, visit } from './window.ts';

test('a model from elsewhere is dropped, understood, tried and imported; a pickle is not opened', async (context) => {
  const { page, engine, complaints } = await openWindow(context, join(temporaryFolder(), 'project'));
  await engine.result('data.add', { name: 'flowers', files: [fixturePath('lightgbm-zipmap', 'rows.csv')] });
  await visit(page, '/package');
  await button(page, 'Import a model').click();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();

  await dropBytes(page, 'model.pkl', Buffer.from([0x80, 4, 0x95]));
  await expect.poll(() => dialog.getByLabel('File').inputValue()).toBe('model.pkl');
  await choose(page, 'Dataset with its columns', 'flowers');
  await choose(page, 'What it predicts', 'kind');
  await dialog.getByRole('button', { name: 'Look into it' }).click();
  await dialog.getByText('it was not opened').waitFor();
  await picture(page, 'import-model-pickle');
  await dialog.getByRole('button', { name: 'Show the cell' }).click();
  await dialog.getByLabel('Lines of Python for a notebook').waitFor();
  await dialog.getByText('In a file').click();

  await dropFile(page, fixturePath('lightgbm-zipmap'));
  await expect.poll(() => dialog.getByLabel('File').inputValue()).toBe('model.onnx');
  await dialog.getByRole('button', { name: 'Look into it' }).click();
  const columns = dialog.getByLabel('Columns for input');
  await columns.waitFor();
  expect(await columns.inputValue()).toBe('sepal_length, sepal_width, petal_length, petal_width');
  expect(await dialog.getByLabel('Classes in their order').inputValue()).toBe('0, 1, 2');
  await dialog.getByLabel('Name of the model').fill('flowers');
  await dialog.getByRole('button', { name: 'Try on rows' }).click();
  await dialog.getByRole('group', { name: 'Answers to some rows' }).waitFor();
  await picture(page, 'import-model');
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture(page, 'import-model-dark');
  await page.emulateMedia({ colorScheme: 'light' });

  await columns.fill('sepal_length, sepal_width');
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await dialog.getByText('takes 4 columns and is given 2').waitFor();
  await columns.fill('sepal_length, sepal_width, petal_length, petal_width');
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await expect.poll(() => title(page).textContent(), { timeout: 60_000 }).toBe('flowers');
  await page.getByText('adopted', { exact: true }).first().waitFor();
  await picture(page, 'imported-model');
  expect(complaints).toEqual([]);
});

test('the cell of a notebook stands beside the import of a file', async (context) => {
  const { page, complaints } = await openWindow(context, join(temporaryFolder(), 'project'));
  await visit(page, '/package');
  await button(page, 'Import a model').click();
  await page.getByRole('dialog').getByText('In a notebook').click();
  await page.getByLabel('Lines of Python for a notebook').waitFor();
  await picture(page, 'import-model-notebook');
  expect(complaints).toEqual([]);
});
