import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary.ts';
import { button, choose, openWindow, patience, picture, title, visit } from './window.ts';

const text = `id,station,riders\n1, Clark ,10\n2,lake,\n3,LAKE,30\n3,LAKE,30\n`;

test('a recipe: steps with preview, order by keyboard, undo, an error in place, a run, and a rerun', async (context) => {
  const folder = temporaryFolder();
  const window = await openWindow(context, folder);
  const { page, engine } = window;
  await title(page).waitFor();
  await engine.result('data.addText', { name: 'rides', text, fileName: 'rides.csv' });
  await visit(page, '/data/rides/cleaning');
  await button(page, 'Start a recipe').click();

  const preview = page.getByRole('region', { name: 'Rows after this step' });
  const steps = page.getByRole('list', { name: 'Steps of the recipe' });
  const cells = () => preview.locator('td').allTextContents();
  await choose(page, 'Add a step', 'Tidy texts');
  await choose(page, 'Letters', 'small');
  await expect.poll(() => preview.locator('td.changed').allTextContents(), patience).toEqual(['clark', 'lake', 'lake']);
  await choose(page, 'Add a step', 'Remove duplicates');
  await expect.poll(() => steps.textContent(), patience).toContain('1 row fewer');

  await choose(page, 'Add a step', 'Derive a column');
  await page.getByLabel('Column', { exact: true }).fill('twice');
  await page.getByLabel('SQL expression').fill('rider * 2');
  await expect.poll(() => steps.textContent(), patience).toContain('Did you mean "riders"?');
  await picture(page, '60-cleaning-error');
  await page.getByLabel('SQL expression').fill('riders * 2');
  await expect.poll(() => preview.locator('td.added').allTextContents(), patience).toEqual(['20', '–', '60']);
  await page.getByLabel('SQL expression').fill("read_text('/etc/passwd')");
  await expect.poll(() => steps.textContent(), patience).toContain('read_text is not one of the functions');
  await page.getByLabel('SQL expression').fill('riders * 2');

  const heads = steps.locator('button.head .title');
  await steps.locator('button.head').nth(3).press('Alt+ArrowUp');
  await expect
    .poll(() => heads.allTextContents(), patience)
    .toEqual(['rides', '1Tidy texts', '2Derive a column', '3Remove duplicates']);
  await button(page, 'Undo').click();
  await expect
    .poll(() => heads.allTextContents(), patience)
    .toEqual(['rides', '1Tidy texts', '2Remove duplicates', '3Derive a column']);
  await picture(page, '61-cleaning');

  await expect.poll(() => button(page, 'Run').isEnabled(), patience).toBe(true);
  await button(page, 'Run').click();
  await page.locator('.state').getByRole('link', { name: 'version 1' }).waitFor();
  expect(readFileSync(join(folder, 'kitchen', 'recipes', 'rides.yaml'), 'utf8')).toContain('sql: riders * 2');
  expect(await engine.call('data.rows', { reference: 'rides_clean', offset: 0, limit: 9 })).toMatchObject({
    rows: [
      [1, 'clark', 10, 20],
      [2, 'lake', null, null],
      [3, 'lake', 30, 60],
    ],
  });
  await button(page, 'Recipe as text').click();
  await expect.poll(() => page.getByRole('dialog').textContent(), patience).toContain('kind: deduplicate');
  await page.keyboard.press('Escape');

  await engine.result('data.addText', { name: 'rides', text: `${text}4,Adams,7\n`, fileName: 'more.csv' });
  await page.locator('.state').getByRole('link', { name: 'version 2' }).waitFor();
  await expect.poll(cells, patience).toContain('adams');
  expect(window.complaints).toEqual([]);
});

test('a project from elsewhere shows its SQL and runs it once it is trusted', async (context) => {
  const folder = temporaryFolder();
  const recipes = join(folder, 'kitchen', 'recipes');
  mkdirSync(recipes, { recursive: true });
  writeFileSync(
    join(recipes, 'theirs.yaml'),
    'format: 1\nfrom: rides\nto: few\nsteps:\n  - {kind: filter, sql: riders > 20}\n',
  );
  const window = await openWindow(context, folder);
  const { page, engine } = window;
  await title(page).waitFor();
  await engine.result('data.addText', { name: 'rides', text, fileName: 'rides.csv' });
  await visit(page, '/data/rides/cleaning');
  await page.getByText('riders > 20').first().waitFor();
  await page.getByText('nobody on this machine has trusted its SQL').waitFor();
  expect(await page.getByRole('region', { name: 'Rows after this step' }).count()).toBe(0);
  await engine.call('monitor.setChannel', { name: 'pager', kind: 'command', command: ['/usr/bin/notify', '--loud'] });
  await page.getByText('runs /usr/bin/notify --loud').waitFor();
  await picture(page, '62-cleaning-untrusted');
  await button(page, 'Trust this project').click();
  await page.getByRole('region', { name: 'Rows after this step' }).waitFor();
  expect(await button(page, 'Trust this project').count()).toBe(0);
  rmSync(recipes, { recursive: true });
  expect(window.complaints).toEqual([]);
});
