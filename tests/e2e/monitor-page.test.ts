import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary.ts';
import { monitorRidership } from './monitored-ridership.ts';
import { button, openWindow, patience, picture, titleBecomes, visit } from './window.ts';

test('two windows of a deployment are compared on its axis, and each tab tells what it is for', async (context) => {
  const { page, engine, complaints } = await openWindow(context, temporaryFolder());
  await monitorRidership(engine, [2004, 2008, 2015], 60);

  await visit(page, '/monitor/ridership');
  await titleBecomes(page, /^R² is 0\.\d\d in 2015/);
  const axis = page.getByRole('group', { name: /^R² over time/ });
  await axis.waitFor();
  await page.getByText('What was lost, and where').waitFor();
  await axis.getByText('Inputs as a whole').waitFor();
  await picture(page, 'monitor-time-line-light');

  // By keys: the newest window is chosen as now, the oldest as then.
  await axis.focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await page.getByRole('radio', { name: 'Then', checked: true }).waitFor();
  const oldest = async () => {
    for (let step = 0; step < 40; step++) await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Enter');
  };
  await axis.focus();
  await oldest();
  await expect.poll(() => page.url(), patience).toMatch(/now=2015-01-01.*before=2004-01-01/);
  await button(page, 'Take Then back').waitFor();
  await expect.poll(() => page.locator('.sides[aria-busy=false]').count(), patience).toBe(1);
  await page.getByText(/R² fell from 0\.\d+ to /).waitFor();
  await picture(page, 'monitor-two-windows-light');

  // By dragging: the other window is taken back first, so that the next one is chosen as now.
  const box = (await axis.boundingBox()) as { x: number; y: number; width: number; height: number };
  await page.getByRole('radio', { name: 'Now' }).click();
  await page.mouse.move(box.x + 260, box.y + 120);
  await page.mouse.down();
  await page.mouse.move(box.x + 330, box.y + 120, { steps: 4 });
  await page.mouse.up();
  await expect.poll(() => page.url(), patience).toMatch(/now=2004-/);
  await button(page, 'Take Now back').click();
  await button(page, 'Take Then back').click();
  await expect.poll(() => page.url(), patience).not.toMatch(/now=|before=/);

  await page.getByRole('tab', { name: 'Columns' }).click();
  const columns = page.getByRole('table', { name: 'Columns by drift times importance' });
  await columns.getByText('Clark_Lake').click();
  await page.getByText(/PSI \d+\.\d+ is above the threshold of/).waitFor();
  await page.getByText(/It is above the threshold of 0\.650, and above/).waitFor();
  await button(page, 'Take Now back').waitFor({ state: 'detached' });
  await picture(page, 'monitor-columns-light');

  await page.getByRole('tab', { name: 'Performance' }).click();
  await page.getByText('How right the answers were').waitFor();
  await page.getByText('Which slice lost what').waitFor();
  await picture(page, 'monitor-performance-light');

  await page.getByRole('tab', { name: 'Fairness' }).click();
  await page.getByText('How groups of people are treated').waitFor();
  await engine.call('data.mark', { dataset: 'ridership', column: 'weather_rain', mark: 'sensitive' });
  await page.getByRole('tab', { name: 'Columns' }).click();
  await page.getByRole('tab', { name: 'Fairness' }).click();
  const by = page.getByRole('combobox', { name: 'By', exact: true });
  await expect.poll(() => by.inputValue(), patience).toBe('weather_rain');
  await page.getByText('by group', { exact: false }).first().waitFor();
  await picture(page, 'monitor-fairness-light');

  await page.emulateMedia({ colorScheme: 'dark' });
  for (const tab of ['Time line', 'Columns', 'Performance', 'Fairness']) {
    await page.getByRole('tab', { name: tab }).click();
    await page.getByRole('status', { name: 'Loading' }).first().waitFor({ state: 'detached' });
    await picture(page, `monitor-${tab.toLowerCase().replace(' ', '-')}-dark`);
  }
  expect(complaints).toEqual([]);
});
