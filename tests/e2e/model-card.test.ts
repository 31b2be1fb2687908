import { expect, test } from 'vitest';
import { button, openWindow, patience, picture, sampleFile, title, visit } from './window.ts';

test('the card of a version is written and seen in the window, and nothing that was typed is lost', async (context) => {
  const { page, engine, complaints } = await openWindow(context);
  const done = async <Result>(name: string, input: Record<string, unknown>) => engine.result<Result>(name, input);
  await done('data.add', { name: 'penguins', files: [sampleFile('penguins', 'penguins.csv')] });
  const { best } = await done<{ best: { id: string } }>('train.run', {
    reference: 'penguins',
    target: 'sex',
    learners: ['trees'],
  });
  await done('package.add', { run: best.id, model: 'sexes' });
  await visit(page, '/package/sexes/1');
  await page.getByRole('link', { name: 'Model card' }).click();
  await expect.poll(() => title(page).textContent(), patience).toBe('Model card of sexes, version 1');
  const preview = page.frameLocator('iframe');
  await preview.getByRole('heading', { name: 'How good it is' }).waitFor();
  expect(await preview.locator('main').evaluate((main) => getComputedStyle(main).maxWidth)).toBe('980px');

  const overview = page.getByLabel('Overview', { exact: true });
  await overview.fill('Guesses the sex. <script>document.title = "run"</script> **Only** for lessons.');
  await preview.getByText('Only', { exact: true }).waitFor();
  expect(await preview.locator('script').count()).toBe(0);
  await page.getByLabel('Limits and risks', { exact: true }).fill('Three islands.');
  await visit(page, '/package/sexes/1');
  await button(page, 'Try it').waitFor();
  await visit(page, '/package/sexes/1/card');
  await preview.getByText('Three islands.').waitFor();
  expect(await page.getByLabel('Limits and risks', { exact: true }).inputValue()).toBe('Three islands.');
  await page.getByText('2 changes').click();
  await picture(page, 'model-card');
  await page.emulateMedia({ colorScheme: 'dark' });
  const ground = () => preview.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor);
  const darkGround = 'rgb(17, 21, 28)';
  await expect.poll(ground, patience).toBe(darkGround);
  await picture(page, 'model-card-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.evaluate(() => localStorage.setItem('galley.theme', 'dark'));
  await page.reload();
  await preview.getByText('Three islands.').waitFor();
  await expect.poll(ground, patience).toBe(darkGround);

  await page.route('**/api/package/cardText', (route) => route.abort());
  await page.getByLabel('Contact', { exact: true }).fill('a@example.org');
  await page.getByText('It was not kept, and stays here').waitFor();
  await page.unroute('**/api/package/cardText');
  await page.getByLabel('Contact', { exact: true }).press('End');
  await page.getByLabel('Contact', { exact: true }).blur();
  await preview.getByText('a@example.org').waitFor();
  expect(complaints).toEqual([]);

  await visit(page, '/package/sexes/1');
  await button(page, 'Try it').click();
  await page.getByRole('dialog').getByText('One HTML file of about 5 MB').waitFor();
});
