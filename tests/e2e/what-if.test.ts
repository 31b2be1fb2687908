import { expect, test } from 'vitest';
import type { Run } from '../../engine/contract/train.ts';
import { button, openWindow, patience, picture, sampleFile, visit } from './window.ts';

test('a row that is tried is answered and explained, and again when a value changes', async (context) => {
  const { page, engine, complaints } = await openWindow(context);
  await engine.result('data.add', { name: 'penguins', files: [sampleFile('penguins', 'penguins.csv')] });
  const { best } = await engine.result<{ best: Run }>('train.run', {
    reference: 'penguins',
    target: 'species',
    learners: ['trees'],
  });
  await engine.result('package.add', { run: best.id, model: 'penguins', alias: 'champion' });
  await engine.call('deploy.start', { reference: 'penguins' });

  await visit(page, '/deploy');
  await button(page, 'Ask with these').click();
  const why = page.getByRole('region', { name: 'Why' });
  await why.getByText('Compared with a typical row, as the probability of').waitFor();
  const steps = why.getByRole('listitem');
  const figures = async () =>
    (await steps.locator('.number').allTextContents()).map((text) => Number(text.replace('−', '-').replace('+', '')));
  const addUp = async () => {
    const all = await figures();
    const total = all.pop() as number;
    return Math.abs(all.reduce((sum, figure) => sum + figure, 0) - total);
  };
  expect(await steps.first().textContent()).toContain('typical row');
  expect(await addUp()).toBeLessThan(0.005);
  await picture(page, 'what-if');

  const before = await figures();
  await page.getByRole('textbox', { name: 'bill_length_mm' }).fill('58');
  await page.getByRole('textbox', { name: 'bill_length_mm' }).press('Enter');
  await expect.poll(figures, patience).not.toEqual(before);
  expect(await addUp()).toBeLessThan(0.005);
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture(page, 'what-if-dark');
  expect(complaints).toEqual([]);
});
