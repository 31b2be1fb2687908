import { expect, test } from 'vitest';
import { button, dropBytes, openWindow, picture, title, visit } from './window.ts';

const header = 'id,price,size\n';
const good = Array.from({ length: 60 }, (_, row) => `${row + 1},${(row % 9) + 1}.5,${['S', 'M', 'L'][row % 3]}`).join(
  '\n',
);
const bytesOf = (content: string) => new TextEncoder().encode(content);

test('checks are proposed, chosen and changed; one that blocks refuses an import, which can be added anyway', async (context) => {
  const window = await openWindow(context);
  const { page, engine } = window;
  await title(page).waitFor();
  await dropBytes(page, 'shop.csv', bytesOf(header + good));
  await button(page, 'Add').click();
  await title(page).getByText('shop').waitFor();

  await visit(page, '/data/shop/checks');
  await page.getByRole('button', { name: /Propose checks/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('checkbox', { name: /size is one of L, M, S/ }).uncheck();
  await dialog.getByRole('button', { name: /^Add \d+ checks/ }).click();
  await page.getByText(/(\d+) of \1 hold/).waitFor();
  expect(await page.getByText('size is one of').count()).toBe(0);

  const checks = page.getByRole('list', { name: 'Checks' });
  const range = checks.getByRole('listitem').filter({ hasText: /price is between/ });
  await range.getByRole('radio', { name: 'Block' }).click();
  await expect
    .poll(async () => {
      const { expectations } = await engine.call<{
        expectations: { key: string; expectation: { severity?: string } }[];
      }>('data.expectations', { dataset: 'shop' });
      return expectations.find(({ key }) => key === 'range:price')?.expectation.severity;
    })
    .toBe('block');
  await picture(page, '40-checks');

  await dropBytes(page, 'shop.csv', bytesOf(`${header}${good}\n61,900.5,S\n`));
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  const alert = dialog.getByRole('alert');
  await alert.waitFor();
  expect(await alert.textContent()).toContain('line 62');
  await picture(page, '41-refused');
  await dialog.getByRole('button', { name: 'Add anyway' }).click();
  await page.getByText('shop, version 2').first().waitFor();

  await visit(page, '/data/shop/2/checks');
  await page.getByRole('link', { name: 'Show 1 row' }).first().click();
  await page.getByRole('cell', { name: '900.5' }).first().waitFor();
  expect(window.complaints).toEqual([]);
});
