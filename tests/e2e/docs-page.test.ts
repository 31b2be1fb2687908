import { expect, type TestContext, test } from 'vitest';
import { ridersConfig, runningServer } from '../serving/running-server.ts';
import { sharedBrowser } from './shared-browser.ts';

const token = 'a-token-of-some-length';

/** The page of a server, with what its browser complains of. */
async function openPage(context: TestContext, config = ridersConfig()) {
  const { port } = await runningServer(config);
  const browser = await sharedBrowser(context);
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.goto(`http://127.0.0.1:${port}/docs`);
  return { page, complaints };
}

test('the page of a prediction server sends the examples of its paths, and shows what comes back', async (context) => {
  const { page, complaints } = await openPage(context);
  await page.getByRole('heading', { name: 'riders (deployment riders-live)' }).waitFor();
  for (const [path, answer] of [
    ['/predict', '"prediction": 137'],
    ['/v1/models/{model}/versions/{version}:predict', '137'],
    ['/v2/models/{model}/infer', '"data": ['],
    ['/invocations', '"predictions": ['],
  ] as const) {
    const operation = page.locator('details').filter({ has: page.getByText(path, { exact: true }) });
    await operation.locator('summary').click();
    await operation.getByRole('button', { name: 'Send' }).click();
    await expect.poll(() => operation.locator('pre').textContent()).toContain('200');
    expect(await operation.locator('pre').textContent()).toContain(answer);
  }
  expect(complaints).toEqual([]);
});

test('a server that wants a token is asked with the one that is typed', async (context) => {
  const { page } = await openPage(context, ridersConfig({ host: '0.0.0.0', token }));
  await page.getByLabel('Token').fill('another-token-of-some-length');
  await page.getByRole('button', { name: 'Open' }).click();
  await page.getByText('The request carries no valid key.').waitFor();
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Open' }).click();
  await page.getByText('/predict', { exact: true }).waitFor();
  expect(await page.getByLabel('Token').isVisible()).toBe(false);
});
