import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary.ts';
import { deployed, serveNumbers } from './served-numbers.ts';
import { button, openWindow, patience, picture, visit } from './window.ts';

test('a version is tried on some callers, promoted and rolled back in the window', async (context) => {
  const folder = temporaryFolder();
  const { page, engine, complaints } = await openWindow(context, folder);
  const { url } = await serveNumbers(engine, folder, [{ learner: 'linear' }, { learner: 'trees' }]);
  const ask = () =>
    Promise.all(
      Array.from({ length: 200 }, (_, caller) =>
        fetch(`${url}/predict`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'galley-routing-key': `caller-${caller}` },
          body: JSON.stringify({ row: { a: 0.5, b: caller / 200 } }),
        }),
      ),
    );

  await visit(page, '/deploy');
  const card = page.getByRole('region', { name: 'Versions' });
  await card.getByRole('button', { name: 'As canary, 5 %' }).click();
  await expect.poll(async () => (await deployed(engine)).traffic.canary, patience).toEqual({ version: 2, percent: 5 });
  await card.getByRole('button', { name: 'As shadow' }).click();
  await expect.poll(async () => (await deployed(engine)).traffic.shadow, patience).toBe(2);
  await card.getByRole('slider').focus();
  for (let step = 0; step < 25; step++) await page.keyboard.press('ArrowRight');
  await card.getByRole('button', { name: 'Set 30 %' }).click();
  await expect.poll(async () => (await deployed(engine)).traffic.canary?.percent, patience).toBe(30);
  await card.getByRole('button', { name: 'Set bounds' }).click();
  await page.getByLabel('Failed requests, %').fill('1');
  await button(page, 'Save').click();
  await card.getByText('failed requests above 1 %, over the last 100').waitFor();
  await ask();
  await card.getByText(/^0\.0\d+$/).waitFor();
  await card.scrollIntoViewIfNeeded();
  await picture(page, 'traffic-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture(page, 'traffic-dark');
  await page.emulateMedia({ colorScheme: 'light' });

  await card.getByRole('button', { name: 'Promote' }).click();
  await picture(page, 'traffic-promote');
  await button(page, 'Promote version 2').click();
  await expect.poll(async () => (await deployed(engine)).version, patience).toBe(2);
  await card.getByRole('button', { name: 'Roll back' }).click();
  await page.getByText('and champion is followed no more').waitFor();
  await button(page, 'Roll back to version 1').click();
  await expect.poll(async () => (await deployed(engine)).follows, patience).toBe(null);
  expect(await deployed(engine)).toMatchObject({ version: 1, traffic: { canary: null, shadow: null } });
  expect(complaints).toEqual([]);
});
