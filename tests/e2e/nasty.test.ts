import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dropBytes, openWindow, picture } from './window.ts';

interface NastyFile {
  file: string;
  expect: 'accept' | 'accept_with_warning' | 'reject';
  error?: string;
  rows?: number;
  columns?: { name: string; type: string }[];
}

const folder = join(import.meta.dirname, '..', 'fixtures', 'nasty');
const { files } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { files: NastyFile[] };

const typeWords: Record<string, string> = {
  integer: 'whole number',
  float: 'number',
  text: 'text',
  boolean: 'yes or no',
  date: 'date',
  timestamp: 'date and time',
};

test('every nasty file is shown as it will be read, or refused by its code, and nothing in it runs', async (context) => {
  const { page, complaints } = await openWindow(context);
  const dialog = page.getByRole('dialog');
  for (const { file, expect: outcome, error, rows, columns } of files) {
    await dropBytes(page, file.replace('files/', ''), readFileSync(join(folder, file)));
    if (outcome === 'reject') {
      await dialog
        .getByRole('alert')
        .filter({ hasText: `data.${error}` })
        .waitFor();
      expect(await dialog.getByRole('alert').textContent()).not.toContain('uploads');
    } else {
      await dialog
        .getByText(`${(rows ?? 0).toLocaleString('en-US')} rows`)
        .first()
        .waitFor({ timeout: 60_000 });
      for (const column of columns ?? []) {
        if (file.includes('case_twins') || column.name.length > 500) continue;
        const type = dialog.getByRole('combobox', { name: `Type of ${column.name}`, exact: true }).first();
        expect(
          await type.evaluate((select: HTMLSelectElement) => select.selectedOptions[0]?.text),
          `${file} ${column.name}`,
        ).toBe(typeWords[column.type]);
      }
      const warnings = dialog.getByRole('list', { name: 'Warnings' });
      if (outcome === 'accept_with_warning') await warnings.waitFor();
    }
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  }
  expect(complaints).toEqual([]);
  expect(await page.evaluate(() => Object.keys({}).length)).toBe(0);
}, 240_000);

test('options are found, changed and found again; types are chosen in the header; problems stay in the dialog', async (context) => {
  const { page, engine, complaints } = await openWindow(context);
  const dialog = page.getByRole('dialog');
  const text = 'Report\n\nday;price;zip\n03/04/2024;1.234,50;01234\n05/06/2024;NA;90210\n';
  await dropBytes(page, 'prices.csv', Buffer.from(text));
  await dialog.getByText('2 rows, 3 columns').waitFor();
  expect(await dialog.getByLabel('Between cells').inputValue()).toBe(';');
  expect(await dialog.getByLabel('Lines left out above').inputValue()).toBe('2');
  await dialog.getByText('price: 1 word read as missing').waitFor();
  await dialog.getByRole('list', { name: 'Warnings' }).getByText('begins with the day or the month').waitFor();
  await dialog.getByLabel('Dates').selectOption('Day, month, year');
  await dialog.getByRole('cell', { name: '2024-04-03' }).waitFor();
  await picture(page, '45-import-options');
  await dialog.getByRole('combobox', { name: 'Type of zip' }).selectOption('whole number');
  await dialog.getByRole('alert').filter({ hasText: 'data.type_misfit' }).waitFor();
  await dialog.getByRole('combobox', { name: 'Type of zip' }).selectOption('as found');
  await dialog.getByRole('alert').waitFor({ state: 'detached' });
  await dialog.getByRole('button', { name: 'Find “dates” again' }).click();
  await dialog.getByRole('cell', { name: '03/04/2024' }).waitFor();
  await dialog.getByLabel('Dates').selectOption('Month, day, year');
  await dialog.getByRole('cell', { name: '2024-03-04' }).waitFor();
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  const { version } = await engine.call<{ version: { columns: { type: string }[] } }>('data.show', {
    reference: 'prices',
  });
  expect(version.columns.map(({ type }) => type)).toEqual(['date', 'float64', 'text']);

  await dropBytes(page, 'uneven.csv', Buffer.from('a,b\n1,2\n3,4,5\n'));
  await dialog.getByRole('alert').filter({ hasText: 'data.ragged_rows' }).waitFor();
  await dialog.getByLabel('Uneven rows').selectOption('Leave out');
  await dialog.getByText('1 row, 2 columns').waitFor();
  await picture(page, '46-import-uneven');
  expect(complaints).toEqual([]);
});
