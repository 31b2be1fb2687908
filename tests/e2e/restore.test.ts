import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type EngineFile, readEngineFile } from '../../engine/store/engine-file.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { button, openWindow, picture, title, visit } from './window.ts';

test('restores a backup into a folder of its own and opens it; says what cannot be restored', async (context) => {
  const folder = temporaryFolder();
  const { page, engine, complaints } = await openWindow(context, folder);
  await engine.result('data.addText', { name: 'rides', text: 'id,riders\n1,10\n2,20\n', fileName: 'rides.csv' });
  const backup = join(folder, 'kitchen-then.galley.tar');
  await engine.result('project.backup', { to: backup });
  const broken = join(folder, 'broken.tar');
  writeFileSync(broken, 'no archive at all'.repeat(100));

  await visit(page, '/settings');
  await button(page, 'Restore a backup').click();
  const dialog = page.getByRole('dialog', { name: 'Restore a backup' });
  const [file, target] = [dialog.getByLabel('Backup'), dialog.getByLabel('New folder')];
  const restore = dialog.getByRole('button', { name: 'Restore', exact: true });
  expect(await restore.isDisabled()).toBe(true);

  await file.fill(join(folder, 'none.tar'));
  await restore.click();
  await dialog.getByText('project.backup_not_found').waitFor();
  await file.fill(broken);
  expect(await target.inputValue()).toBe(join(folder, 'broken'));
  await restore.click();
  await dialog.getByText('project.invalid_backup').waitFor();
  await picture(page, '72-restore-refused');
  await file.fill(backup);
  expect(await target.inputValue()).toBe(join(folder, 'kitchen-then'));
  await target.fill(join(folder, 'kitchen'));
  await restore.click();
  await dialog.getByText('project.folder_not_empty').waitFor();
  await target.fill(join(folder, 'again'));
  await restore.click();
  await dialog.getByText(/^kitchen is back/).waitFor();
  await picture(page, '72-restored');

  await dialog.getByRole('button', { name: 'Open the project' }).click();
  await page.waitForURL((url) => url.port !== String(engine.port));
  const { pid } = readEngineFile(join(folder, 'again')) as EngineFile;
  onTestFinished(() => void process.kill(pid, 'SIGTERM'));
  await title(page).waitFor();
  await visit(page, '/data/rides');
  await page.getByRole('row', { name: '2 20' }).waitFor();
  expect(complaints).toEqual([]);
});
