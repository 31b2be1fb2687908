import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { button, dropBytes, openWindow, pasteText, picture, title, titleBecomes, visit } from './window.ts';

const text = (content: string) => new TextEncoder().encode(content);

test('says what is wrong with a file, and what to do', async (context) => {
  const window = await openWindow(context);
  const { page } = window;
  await title(page).waitFor();
  const cases = [
    { name: 'letter.pdf', bytes: text('%PDF-1.7'), code: 'client.not_a_table', says: 'letter.pdf' },
    {
      name: 'picture.csv',
      bytes: Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]),
      code: 'data.binary_or',
      says: 'picture.csv',
    },
    { name: 'nothing.csv', bytes: text(''), code: 'data.empty_file', says: 'nothing.csv' },
    { name: 'header.csv', bytes: text('a,b,c\n'), code: 'data.no_rows', says: 'header.csv' },
  ];
  for (const { name, bytes, code, says } of cases) {
    await dropBytes(page, name, bytes);
    const alert = page.getByRole('dialog').getByRole('alert');
    await alert.waitFor();
    const shown = (await alert.textContent()) ?? '';
    expect(shown, name).toContain(code);
    expect(shown, name).toContain(says);
    expect((await alert.locator('p').first().textContent())?.length, `${name} has a hint`).toBeGreaterThan(10);
    await picture(page, `30-error-${name.replace('.', '-')}`);
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
  }
  expect(window.complaints).toEqual([]);
});

test('says why a constant target cannot be learnt', async (context) => {
  const window = await openWindow(context);
  const { page } = window;
  await title(page).waitFor();
  const rows = Array.from({ length: 60 }, (_, index) => `${index},${(index * 7) % 13},always`);
  await addPasted(page, 'constant', `a,b,same\n${rows.join('\n')}`);
  await visit(page, '/train?data=constant&target=same');
  await page.getByRole('radio', { name: 'Once', exact: true }).click();
  await button(page, 'Train').click();
  const alert = page.getByRole('main').getByRole('alert').filter({ hasText: 'train.target_constant' });
  await alert.waitFor();
  expect(await alert.textContent()).toMatch(/train\.target_constant/);
  expect(await alert.textContent()).toContain('same');
  await picture(page, '31-error-constant-target');
  expect(window.complaints).toEqual([]);
});

test('leads back from addresses where nothing is', async (context) => {
  const window = await openWindow(context);
  const { page } = window;
  await visit(page, '/nowhere/at/all');
  await page.getByRole('heading', { name: 'Nothing is at this address' }).waitFor();
  await visit(page, '/data/missing');
  await page.getByRole('alert').first().waitFor();
  await picture(page, '32-error-no-dataset');
  await visit(page, '/package/missing');
  await page.getByRole('heading', { name: 'There is no model missing' }).waitFor();
  expect(window.complaints).toEqual([]);
});

test('says that the engine is away', async (context) => {
  const { page, engine } = await openWindow(context);
  await page.getByText('Engine runs on this machine').waitFor();
  await engine.kill('SIGKILL');
  await page.getByText('Engine is away, trying again').waitFor();
  await picture(page, '33-engine-away');
});

async function addPasted(page: Page, name: string, content: string): Promise<void> {
  await pasteText(page, content);
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await titleBecomes(page, name);
}
