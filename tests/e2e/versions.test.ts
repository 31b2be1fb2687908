import { expect, test } from 'vitest';
import { button, openWindow, patience, picture, title, titleBecomes, visit } from './window.ts';

const before = 'id,station,riders\n1,clark,10\n2,lake,20\n3,state,30\n';
const after = 'id,station,riders\n1,clark,10\n2,lake,25\n4,adams,40\n';

test('versions: a tag, a comparison cell by cell, deleting the one looked at, and undoing it', async (context) => {
  const { page, engine, complaints } = await openWindow(context);
  await title(page).waitFor();
  await engine.result('data.addText', { name: 'rides', text: before, fileName: 'rides.csv', key: ['id'] });
  await engine.result('data.addText', { name: 'rides', text: after, fileName: 'rides.csv' });
  await visit(page, '/data/rides/2/versions');

  const details = page.getByRole('region', { name: 'Version 2' });
  await details.getByRole('button', { name: 'Tag', exact: true }).click();
  await page.getByLabel('New tag').fill('approved');
  await page.keyboard.press('Enter');
  await details.getByRole('button', { name: 'Take the tag approved away' }).waitFor();
  expect(await engine.call('data.show', { reference: 'rides@approved' })).toMatchObject({ version: { version: 2 } });
  await page.getByLabel('Note on version 2').fill('Counted again');
  await page.getByLabel('Note on version 2').blur();
  await page.getByLabel('has a note').waitFor();

  await page.getByText('rows changed', { exact: true }).waitFor();
  const compared = page.getByRole('main');
  for (const words of ['rows added', 'rows removed', 'rows changed']) {
    const count = compared.locator('dt', { hasText: words }).locator('xpath=following-sibling::dd[1]');
    await expect.poll(() => count.textContent(), patience).toMatch(/^[+−~]?1$/);
  }
  await picture(page, '71-versions');

  await details.getByRole('button', { name: 'Delete' }).click();
  await page.getByText('rides@2 is in the bin').waitFor();
  await page.getByRole('region', { name: 'Version 1' }).waitFor();
  await expect.poll(() => page.evaluate(() => location.hash), patience).toBe('#/data/rides/versions');
  await titleBecomes(page, 'rides');
  await button(page, 'Undo').click();
  await page.getByText('rides@2 is back').waitFor();
  await page.getByRole('button', { name: /^version 2,/ }).click();
  await details.getByRole('button', { name: 'Take the tag approved away' }).waitFor();
  expect(complaints).toEqual([]);
});
