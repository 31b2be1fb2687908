import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import type { DatasetVersion } from '../../engine/contract/data.ts';
import { webServer } from '../data/connections/web-server.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { button, openWindow, picture, titleBecomes, visit } from './window.ts';

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

test('options for what a web address holds are chosen with a live preview and hold for the next version', async (context) => {
  let content = 'zip;price;note\n01234;1,50;n.a.\n99999;20,25;x\n';
  const server = await webServer((_request, response) => response.end(content));
  const { page, engine, complaints } = await openWindow(context);
  await visit(page, '/data');
  await page.getByRole('button', { name: 'Connect', exact: true }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Or a web address').fill(`${server.url}/orders.csv`);
  await dialog.getByRole('button', { name: 'Preview' }).click();
  await dialog.getByText('01234').waitFor();
  const asked = server.requests.length;
  await dialog.getByLabel('Type of price').selectOption('decimal');
  await dialog.getByLabel('Words for missing').fill('n.a.');
  await dialog.getByLabel('Words for missing').press('Tab');
  await dialog.getByText('1 word read as missing').waitFor();
  await dialog.getByLabel('Type of zip').selectOption('int64');
  await dialog.getByText('which is not a whole number').waitFor();
  await dialog.getByLabel('Type of zip').selectOption('');
  await dialog.getByText('which is not a whole number').waitFor({ state: 'detached' });
  expect(server.requests).toHaveLength(asked);
  await picture(page, 'source-options');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await titleBecomes(page, 'orders');
  content = 'zip;price;note\n01234;3,00;n.a.\n';
  await visit(page, '/data/orders/lineage');
  await button(page, 'Refresh').click();
  await page.getByText('orders, version 2').first().waitFor();
  const { version } = await engine.call<{ version: DatasetVersion }>('data.show', { reference: 'orders' });
  expect(version.columns.map(({ type, missing }) => [type, missing])).toEqual([
    ['text', 0],
    ['decimal', 0],
    ['text', 1],
  ]);
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
