import { expect, test } from 'vitest';
import { seededRandom } from '../../engine/base/random.ts';
import type { RunningEngine } from '../support/engine.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { deployed, serveNumbers } from './served-numbers.ts';
import { openWindow, patience, picture, visit } from './window.ts';

/** Renews `numbers` on whole numbers, which callers that send fractions break at. */
async function renewOnWholeNumbers(engine: RunningEngine, seed: number): Promise<void> {
  const random = seededRandom(seed);
  const lines = Array.from({ length: 300 }, () => {
    const [a, b] = [Math.floor(random() * 1000), Math.floor(random() * 1000)];
    return [a, b, a + 5 * b].join(',');
  });
  const text = `a,b,y\n${lines.join('\n')}\n`;
  await engine.result('data.addText', { name: 'numbers', text, fileName: 'numbers.csv' });
  await expect(engine.result('retrain.run', { pipeline: 'numbers' })).rejects.toThrow('may refuse what callers');
}

test('a challenger that callers may break at is released from its decision, run by run, once that was said', async (context) => {
  const folder = temporaryFolder();
  const { page, engine, complaints } = await openWindow(context, folder);
  await serveNumbers(engine, folder, [{}]);
  await engine.call('retrain.add', { model: 'numbers' });
  await renewOnWholeNumbers(engine, 1);

  await visit(page, '/retrain');
  const card = page.getByRole('region', { name: 'Version 2 against version 1' });
  await card.getByRole('button', { name: 'Release version 2 all the same' }).click();
  await card.getByRole('alert').getByText('a must be int64, not float64').waitFor();
  await picture(page, 'decision-breaking');

  await renewOnWholeNumbers(engine, 2);
  const next = page.getByRole('region', { name: 'Version 3 against version 1' });
  await next.waitFor();
  expect(await next.getByRole('alert').count()).toBe(0);
  await next.getByRole('button', { name: 'Release version 3 all the same' }).click();
  await next.getByRole('button', { name: 'Accept that and release version 3' }).click();
  await expect.poll(async () => (await deployed(engine)).version, patience).toBe(3);
  await next.getByRole('button', { name: 'Back to version 1' }).click();
  await expect.poll(async () => (await deployed(engine)).version, patience).toBe(1);
  await next.getByRole('button', { name: 'Release version 3 all the same' }).waitFor();
  expect(complaints).toEqual([]);
});
