import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type EngineFile, readEngineFile } from '../../engine/store/engine-file.ts';
import { cleaning, strangersCommit } from '../support/git-project.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { button, openWindow, picture, title, visit } from './window.ts';

test('puts a project into Git, commits, pushes, and takes over what somebody else changed', async (context) => {
  const folder = temporaryFolder();
  const { page, engine, complaints } = await openWindow(context, folder);
  const hub = join(folder, 'hub.git');
  const recipes = join(folder, 'kitchen', 'recipes');
  await engine.result('data.addText', { name: 'sales', text: 'id,price\n1,10\n2,20\n', fileName: 'sales.csv' });
  mkdirSync(recipes, { recursive: true });
  writeFileSync(join(recipes, 'clean.yaml'), cleaning(3));

  await visit(page, '/settings');
  await button(page, 'Put this project into Git').click();
  const card = page.getByRole('region', { name: 'Git', exact: true });
  await card.getByText('dataset sales').waitFor();
  await picture(page, '76-git-first');
  await card.getByRole('button', { name: 'Name an address' }).click();
  await card.getByLabel('Address').fill(hub);
  await card.getByRole('button', { name: 'Save' }).click();
  await card.getByLabel('What changed').fill('The first state');
  await card.getByRole('button', { name: 'Commit', exact: true }).click();
  await card.getByText(/^Committed as/).waitFor();
  await card.getByRole('button', { name: 'Push' }).click();
  await card.getByText('Pushed', { exact: true }).waitFor();

  await strangersCommit(hub, { 'recipes/clean.yaml': cleaning(4), 'recipes/other.yaml': cleaning(5) });
  writeFileSync(join(recipes, 'clean.yaml'), cleaning(9));
  await card.getByRole('button', { name: 'Pull' }).click();
  const arrival = card.getByRole('region', { name: 'From elsewhere' });
  await arrival.getByText('recipe other').waitFor();
  const accept = arrival.getByRole('button', { name: 'Accept' });
  expect(await accept.isDisabled()).toBe(true);
  await arrival.scrollIntoViewIfNeeded();
  await picture(page, '76-git-arrival');
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture(page, '76-git-arrival-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await arrival.getByText('recipe clean').click();
  const dialog = page.getByRole('dialog', { name: 'recipes/clean.yaml' });
  await dialog.getByText('values: [4]').waitFor();
  await picture(page, '76-git-texts');
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await arrival.getByRole('radio', { name: 'As there' }).click();
  await accept.click();
  await arrival.waitFor({ state: 'detached' });
  await card.getByText('All is committed').waitFor();
  const history = card.getByRole('region', { name: 'History' });
  await history.getByText('From elsewhere').click();
  await history.getByText('recipe other').waitFor();
  await history.scrollIntoViewIfNeeded();
  await picture(page, '76-git-history');
  expect(complaints).toEqual([]);
});

const pipeline = `format: 1
pipeline: greet
steps:
  - { name: hello, kind: run, command: [echo, hello] }
`;

test('clones a project from Git, says what waits for its data, and runs nothing of it before it is trusted', async (context) => {
  const folder = temporaryFolder();
  const hub = join(folder, 'hub.git');
  const first = await openWindow(context, folder);
  await first.engine.result('data.addText', { name: 'sales', text: 'id,price\n1,10\n', fileName: 'sales.csv' });
  await first.engine.call('retrain.addFile', { text: pipeline });
  await first.engine.call('project.gitLink', { address: hub });
  await first.engine.call('project.gitCommit', { message: 'The first state' });
  await first.engine.result('project.gitPush', {});

  const other = temporaryFolder();
  const { page, engine, complaints } = await openWindow(context, other);
  await button(page, 'Clone from Git…').click();
  const dialog = page.getByRole('dialog', { name: 'Clone from Git' });
  const target = dialog.getByRole('textbox', { name: 'Folder of the project' });
  await dialog.getByLabel('Address').fill(hub);
  expect(await target.inputValue()).toBe(join(other, 'hub'));
  await picture(page, '76-git-clone');
  await dialog.getByRole('button', { name: 'Clone', exact: true }).click();
  await dialog.getByText(/1 dataset or model is known by name only/).waitFor();
  await picture(page, '76-git-cloned');
  await dialog.getByRole('button', { name: 'Open it' }).click();
  await page.waitForURL((url) => url.port !== String(engine.port));
  const { pid } = readEngineFile(join(other, 'hub')) as EngineFile;
  onTestFinished(() => void process.kill(pid, 'SIGTERM'));
  await title(page).waitFor();
  await visit(page, '/retrain');
  const held = page.getByRole('region', { name: 'This project came from elsewhere' });
  await held.getByText(/echo/).waitFor();
  await picture(page, '76-git-untrusted');
  await held.getByRole('button', { name: 'Trust this project' }).click();
  await held.waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
}, 120_000);
