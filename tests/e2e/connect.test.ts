import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../support/temporary.ts';
import { button, openWindow, titleBecomes, visit } from './window.ts';

test('connects to a database, shows what it holds, adds a table and reads it again', async (context) => {
  const path = join(temporaryFolder(), 'shop.db');
  const database = new SqliteDatabase(path);
  onTestFinished(() => {
    database.close();
  });
  database.exec(
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, item TEXT); INSERT INTO orders VALUES (1, 'tea'), (2, 'cake')",
  );
  const { page, complaints } = await openWindow(context);
  await visit(page, '/data');
  await page.getByRole('button', { name: 'Connect', exact: true }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'New connection' }).click();
  await dialog.getByLabel('Name', { exact: true }).fill('shop');
  await dialog.getByRole('radio', { name: 'SQLite' }).click();
  await dialog.getByLabel('File', { exact: true }).fill(path);
  await dialog.getByRole('button', { name: 'Test', exact: true }).click();
  await dialog.getByText('It works').waitFor();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByRole('button', { name: /^orders/ }).click();
  await dialog.getByRole('button', { name: 'Preview' }).click();
  await dialog.getByText('cake').waitFor();
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await titleBecomes(page, 'orders');
  database.exec("INSERT INTO orders VALUES (3, 'milk')");
  await visit(page, '/data/orders/lineage');
  await page.getByText('shop: main.orders').waitFor();
  await button(page, 'Refresh').click();
  await page.getByText('orders, version 2').first().waitFor();
  expect(complaints).toEqual([]);
});

test('a table of a web page is pasted cell by cell', async (context) => {
  const { page } = await openWindow(context);
  await visit(page, '/data');
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData('text/plain', 'name\ttext\na\tone\ntwo\n');
    data.setData(
      'text/html',
      '<table><tr><th>name</th><th>text</th></tr><tr><td rowspan="2">a</td><td>one<br>two</td></tr><tr><td>x, "y"</td></tr></table>',
    );
    window.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }));
  });
  const dialog = page.getByRole('dialog');
  await dialog.getByText('x, "y"').waitFor();
  expect(await dialog.getByRole('row').count()).toBe(3);
  await dialog.getByText('one two', { exact: true }).waitFor();
});
