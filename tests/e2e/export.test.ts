import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Job } from '../../engine/contract/jobs.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { serveNumbers } from './served-numbers.ts';
import { button, choose, openWindow, picture, visit } from './window.ts';

test('a version is exported as a Docker package, whole or not at all, and as one archive', async (context) => {
  const folder = temporaryFolder();
  const { page, engine, complaints } = await openWindow(context, folder);
  await serveNumbers(engine, folder, [{}]);
  const to = join(folder, 'for-the-engineer');

  await visit(page, '/package/numbers/1');
  await button(page, 'Export version 1').click();
  const dialog = page.getByRole('dialog');
  await choose(page, 'As', 'Docker package');
  await dialog.getByText('nothing is fetched but the base image').waitFor();
  await dialog.getByRole('textbox', { name: 'Folder' }).fill(folder);
  await dialog.getByRole('button', { name: 'Write', exact: true }).click();
  await dialog.getByText(`${folder} is not empty`).waitFor();
  await picture(page, 'export-not-empty');

  const write = async () => {
    const asked = page.waitForResponse((response) => response.url().endsWith('/package/export'));
    await dialog.getByRole('button', { name: 'Write', exact: true }).click();
    const { job } = (await (await asked).json()) as { job: Job };
    await engine.jobWhere(job.id, ({ state }) => state === 'succeeded');
  };
  await dialog.getByRole('textbox', { name: 'Folder' }).fill(to);
  await write();
  expect(existsSync(join(to, 'Dockerfile'))).toBe(true);
  await dialog.getByText('written to').waitFor();
  await dialog.getByText('compose.yaml', { exact: true }).waitFor();
  await picture(page, 'export-docker');
  expect(readdirSync(to)).toEqual(expect.arrayContaining(['compose.yaml', 'model', 'server', 'smoke-test.mjs']));

  await dialog.getByRole('checkbox', { name: 'As one .zip file' }).check();
  await dialog.getByRole('textbox', { name: 'Folder' }).fill(`${to}-zip`);
  await write();
  await dialog.getByText('numbers-1-docker.zip').waitFor();
  expect(readdirSync(`${to}-zip`)).toEqual(['numbers-1-docker.zip']);
  expect(complaints).toEqual([]);
});
