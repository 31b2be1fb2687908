import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { expect, onTestFinished, type TestContext, test } from 'vitest';
import { seededRandom } from '../../engine/base/random.ts';
import type { Run } from '../../engine/contract/train.ts';
import type { RunningEngine } from '../support/engine.ts';
import { needsPlatform, needsRoot } from '../support/needs.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { button, choose, dropBytes, openWindow, picture, sampleFile, title, titleBecomes, visit } from './window.ts';

interface Wanted {
  code: string;
  message: string | RegExp;
  remedy: string | RegExp;
}

/** Waits for the refusal of that code and compares what it says is wrong, and what it says to do. */
async function expectRefusal(area: Locator, { code, message, remedy }: Wanted): Promise<void> {
  const alert = area.getByRole('alert').filter({ hasText: code });
  await alert.waitFor();
  expect(await alert.getByRole('heading').textContent()).toMatch(message);
  expect(await alert.locator('p').first().textContent()).toMatch(remedy);
}

function writeFile(name: string, content: string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

test('says that the training rows hold one class, and takes another split', async (context) => {
  const { page, engine, complaints } = await openWindow(context);
  await addVisits(engine);
  await visit(page, '/train?data=visits&target=late');
  await page.getByRole('radio', { name: 'Once', exact: true }).click();
  await page.getByText('More', { exact: true }).click();
  for (const learner of ['forest', 'trees', 'network']) await page.getByRole('checkbox', { name: learner }).uncheck();
  await button(page, 'Train').click();
  await expectRefusal(page.getByRole('main'), {
    code: 'train.one_class',
    message: 'Every row of the training part has false in "late".',
    remedy: 'Choose another split, or add rows of the other classes.',
  });
  await picture(page, '34-error-one-class');
  await choose(page, 'Judged on which rows', 'Every nth');
  await button(page, 'Train').click();
  await page.getByRole('table', { name: 'Learners, best first' }).waitFor({ timeout: 60_000 });
  expect(complaints).toEqual([]);
});

test('offers as a target only what the data has, and refuses rows that lack a column', async (context) => {
  const { page, engine, complaints } = await openWindow(context);
  await addVisits(engine);
  await visit(page, '/train?data=visits&target=late');
  const target = page.getByRole('combobox', { name: 'What to predict' });
  await target.click();
  await target.fill('gone');
  await page.getByText('Nothing with “gone”.').waitFor();
  expect(await page.getByRole('option').count()).toBe(0);
  await page.keyboard.press('Enter');
  await expect.poll(() => target.inputValue()).toBe('late');

  await visit(page, '/train?data=visits&target=guest');
  await expectRefusal(page.getByRole('main'), {
    code: 'train.unknown_column',
    message: 'The dataset has no column "guest". Did you mean "guests"?',
    remedy: /another column/,
  });
  await picture(page, '35-error-no-such-target');

  await dropBytes(page, 'june.csv', Buffer.from('day,late\n2025-06-01,yes\n2025-06-02,no\n'));
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: 'Append rows' }).click();
  await choose(page, 'Dataset', 'visits');
  await dialog.getByRole('button', { name: 'Append', exact: true }).click();
  await expectRefusal(dialog, {
    code: 'data.schema_changed',
    message: 'june.csv: it lacks "guests".',
    remedy: /Add the file as a new version/,
  });
  await picture(page, '36-error-schema-changed');
  await dialog.getByRole('radio', { name: 'New version' }).click();
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('2 rows', { exact: false }).first().waitFor();
  expect(complaints).toEqual([]);
});

test('says that a port is taken and which one is used; that there is no such version', async (context) => {
  const { page, engine, complaints } = await openWindow(context);
  await packagePenguins(engine);
  const port = await takenPort();
  await visit(page, '/deploy');
  await button(page, 'Start a deployment').click();
  const dialog = page.getByRole('dialog');
  const start = dialog.getByRole('button', { name: 'Start', exact: true });
  await dialog.getByLabel('Port').fill('99999');
  await dialog.getByText('A number from 1 to 65535.').waitFor();
  expect(await start.isDisabled()).toBe(true);
  await dialog.getByLabel('Port').fill(String(port));
  await start.click();
  const notice = page.getByText(`Port ${port} is taken; species has`);
  await notice.waitFor({ timeout: 60_000 });
  const used = Number(/has (\d+) instead\.$/.exec((await notice.textContent()) ?? '')?.[1]);
  expect(used).toBeGreaterThan(port);
  await page.getByText(`http://127.0.0.1:${used}/predict`).first().waitFor();
  expect((await fetch(`http://127.0.0.1:${used}/readyz`)).status).toBe(200);
  await picture(page, '37-port-taken');

  await refuseAddresses(page);
  expect(complaints).toEqual([]);
});

async function refuseAddresses(page: Page): Promise<void> {
  const main = page.getByRole('main');
  await visit(page, '/data/penguins/9');
  await expectRefusal(main, { code: 'data.unknown_version', message: /penguins.*9/, remedy: /versions/ });
  await main.getByRole('link', { name: 'All datasets' }).waitFor();
  await visit(page, '/train/runs/run_nowhere');
  await expectRefusal(main, { code: 'train.run_not_found', message: /run_nowhere/, remedy: /runs/ });
  await main.getByRole('link', { name: 'All runs' }).waitFor();
  await visit(page, '/package/species/9');
  await page.getByRole('heading', { name: 'species has no version 9' }).waitFor();
  await picture(page, '38-no-such-model-version');
  await main.getByRole('link', { name: 'See its versions' }).click();
  await main.getByText('parity holds').waitFor();
}

test('refuses a folder of a newer Galley and one that is no project, and stays where it is', async (context) => {
  const { page, complaints } = await openWindow(context);
  const marker = `${JSON.stringify({ format: 99, id: 'prj_later', name: 'later' })}\n`;
  const newer = writeFile('project.json', marker);
  const folder = join(newer, '..');
  const other = join(writeFile('notes.txt', 'no project'), '..');
  await button(page, 'Open a folder').click();
  const dialog = page.getByRole('dialog');
  const open = async (path: string) => {
    await dialog.getByLabel('Path of the folder').fill(path);
    await dialog.getByRole('button', { name: 'Open', exact: true }).click();
  };
  await open(folder);
  await expectRefusal(dialog, {
    code: 'store.newer_format',
    message: `The project ${folder} has format 99; this Galley knows 1.`,
    remedy: /Update Galley/,
  });
  await picture(page, '39-error-newer-project');
  expect(readFileSync(newer, 'utf8')).toBe(marker);
  await open(other);
  await expectRefusal(dialog, {
    code: 'store.not_a_project',
    message: `${other} is not a Galley project.`,
    remedy: /another folder, or tick “Make a project/,
  });
  await picture(page, '40-error-no-project');
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  expect(await title(page).textContent()).toBe('Welcome to Galley');
  expect(complaints).toEqual([]);
});

test('says that the disk is full, keeps what was there, and goes on when there is room', async (context) => {
  const disk = smallDisk(context);
  const { page, engine, complaints } = await openWindow(context, disk);
  await addVisits(engine);
  const table = randomTable(20_000);
  await dropBytes(page, 'large.csv', table);
  const dialog = page.getByRole('dialog');
  await dialog.getByText('3 columns').waitFor();
  const full: Wanted = { code: 'store.disk_full', message: /full/, remedy: /Free some room and try again/ };
  const ballast = fillDisk(disk, 200_000);
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await expectRefusal(dialog, full);
  await picture(page, '41-error-disk-full');
  await dialog.getByRole('button', { name: 'Leave it out' }).click();

  await dropBytes(page, 'huge.csv', randomTable(85_000));
  await expectRefusal(dialog, full);
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await visit(page, '/data/visits');
  await page.getByText('100 rows', { exact: false }).first().waitFor();
  await page.getByRole('gridcell', { name: '2025-01-02' }).waitFor();

  rmSync(ballast);
  await dropBytes(page, 'large.csv', table);
  await dialog.getByRole('radio', { name: 'New dataset' }).click();
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await titleBecomes(page, 'large');
  expect(await engine.call('project.verify', {})).toMatchObject({ ok: true });
  expect(complaints).toEqual([]);
});

/** A hundred days of which only the last ten, the newest, are late. */
async function addVisits(engine: RunningEngine): Promise<void> {
  const rows = Array.from({ length: 100 }, (_, index) => {
    const day = new Date(Date.UTC(2025, 0, 1 + index)).toISOString().slice(0, 10);
    return `${day},${(index * 7) % 13},${index < 90 ? 'no' : 'yes'}`;
  });
  const file = writeFile('visits.csv', `day,guests,late\n${rows.join('\n')}\n`);
  await engine.result('data.add', { name: 'visits', files: [file], time: 'day' });
}

async function packagePenguins(engine: RunningEngine): Promise<void> {
  await engine.result('data.add', { name: 'penguins', files: [sampleFile('penguins', 'penguins.csv')] });
  const training = { reference: 'penguins', target: 'species', learners: ['linear'] };
  const { best } = await engine.result<{ best: Run }>('train.run', training);
  await engine.result('package.add', { run: best.id, model: 'species' });
}

/** A port of this machine that something else listens on. */
async function takenPort(): Promise<number> {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  onTestFinished(() => void taken.close());
  return (taken.address() as { port: number }).port;
}

/** A disk of 4 MB of its own. */
function smallDisk(context: Pick<TestContext, 'skip'>): string {
  needsPlatform(context, 'linux');
  needsRoot(context);
  const disk = join(temporaryFolder(), 'small-disk');
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=5m', 'tmpfs', disk], { stdio: 'pipe' });
  } catch {
    context.skip('mounting a tmpfs is not allowed here');
  }
  onTestFinished(() => {
    execFileSync('umount', ['-l', disk]);
  });
  return disk;
}

/** Fills the disk as other programs do, up to the bytes that shall be left. */
function fillDisk(disk: string, left: number): string {
  const ballast = join(disk, 'ballast');
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(ballast, new Uint8Array(bavail * bsize - left));
  return ballast;
}

/** Numbers that cannot be packed: 57 bytes of text and 24 bytes of values a row. */
function randomTable(rows: number): Uint8Array {
  const draw = seededRandom(1);
  const lines = Array.from({ length: rows }, () => [draw(), draw(), draw()].map((value) => value.toFixed(17)).join());
  return Buffer.from(`a,b,c\n${lines.join('\n')}\n`);
}
