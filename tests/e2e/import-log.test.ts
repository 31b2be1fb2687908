import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { seededRandom } from '../../engine/base/random.ts';
import type { Run } from '../../engine/contract/train.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { button, choose, openWindow, patience, picture, visit } from './window.ts';

test('a log of another server is imported, its columns guessed or chosen, and its rows are listed', async (context) => {
  const folder = temporaryFolder();
  const file = join(folder, 'rides.csv');
  const random = seededRandom(5);
  const lines = Array.from({ length: 300 }, (_, index) => {
    const rain = Math.round(random() * 20);
    return [['red', 'blue', 'green'][index % 3], rain, 100 - 3 * rain + 60 * random()].join(',');
  });
  writeFileSync(file, `line,rain,riders\n${lines.join('\n')}\n`);
  const { page, engine, complaints } = await openWindow(context, folder);
  await engine.result('data.add', { name: 'rides', files: [file] });
  const { best } = await engine.result<{ best: Run }>('train.run', {
    reference: 'rides',
    target: 'riders',
    learners: ['linear'],
  });
  await engine.result('package.add', { run: best.id, model: 'rides', alias: 'champion' });
  const { deployment } = await engine.call<{ deployment: string }>('deploy.start', { reference: 'rides' });
  await engine.call('deploy.stop', { deployment });
  const old = join(folder, 'old-server.csv');
  writeFileSync(
    old,
    'answered,id,line,mm_of_rain,estimate,riders\n2025-03-01 10:00:00,a,red,3,120.5,118\n2025-03-02 10:00:00,b,grey,oops,99,\n,c,red,1,1,1\n',
  );

  await visit(page, '/deploy/rides/requests');
  await button(page, 'Import a log').click();
  const dialog = page.getByRole('dialog', { name: 'Import a log' });
  const chooser = page.waitForEvent('filechooser');
  await dialog.getByRole('button', { name: 'Choose a file' }).click();
  await (await chooser).setFiles(old);
  await dialog.getByText('Still to be chosen: Input rain.').waitFor();
  await picture(page, 'import-log-choices');
  expect(await dialog.getByRole('button', { name: 'Import', exact: true }).isDisabled()).toBe(true);
  await choose(page, 'Input rain', 'mm_of_rain');
  await choose(page, 'Row id', 'id');
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await dialog.getByText('2 rows added, 1 label added').waitFor();
  await dialog.getByText('Left out: 1 row without a time that can be read; the first is row 3.').waitFor();
  await picture(page, 'import-log-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture(page, 'import-log-dark');
  await dialog.getByRole('button', { name: 'Done' }).click();
  const ids = () => page.getByRole('table', { name: 'Requests' }).locator('tbody tr td:nth-child(2)').allTextContents();
  await expect.poll(ids, patience).toEqual(['b', 'a']);
  await picture(page, 'imported-rows');

  await button(page, 'Import a log').click();
  const again = page.waitForEvent('filechooser');
  await dialog.getByRole('button', { name: 'Choose a file' }).click();
  const records = join(folder, 'server.log');
  const other = { row_id: 'z', request_id: 'z', event_time: 1, received_at: 1, version: 9 };
  writeFileSync(
    records,
    `${JSON.stringify({ ...other, inputs: {}, outputs: { prediction: 1 }, latency: 1, flags: [] })}\n`,
  );
  await (await again).setFiles(records);
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await dialog.getByText('of a version that the model does not have').waitFor();
  expect(complaints).toEqual([]);
});
