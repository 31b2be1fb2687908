import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { idSource } from '../../engine/base/ids.ts';
import type { RecipeResult } from '../../engine/contract/data-cleaning.ts';
import { runBackupJob } from '../../engine/project/backup/backup-job.ts';
import { runRestoreJob } from '../../engine/project/backup/restore-job.ts';
import { collectGarbage } from '../../engine/project/garbage.ts';
import { createProject, readProject } from '../../engine/store/project.ts';
import type { DataProject } from '../support/data-project.ts';
import { jobContext } from '../support/import-files.ts';
import {
  forEachCrash,
  logProject,
  logVersions,
  openedAgain,
  requireWhole,
  versionsOf,
} from '../support/log-project.ts';
import { crashesOf } from '../support/power-cut.ts';
import { smallDisk, untilRoom } from '../support/small-disk.ts';
import { temporaryFolder } from '../support/temporary.ts';

const recipe = (least: number) => `format: 1
from: log
to: clean
steps:
  - kind: filter
    sql: id >= ${least}
`;

test('a crash at any moment of a recipe leaves whole versions and a whole recipe', async () => {
  const project = await logProject();
  const run = ({ data, result }: DataProject, text: string) =>
    result<RecipeResult>(data.handlers.runRecipe({ name: 'late', text }));
  await run(project, recipe(510));
  const [, , rows] = logVersions;
  const [first, second] = [510, 520].map((least) => rows?.filter(([id]) => id >= least));
  const { path } = project.context.project;
  const work = () => run(project, recipe(520));
  const crashes = await crashesOf(path, temporaryFolder(), work, /^(blobs|cache|recipes)\//);
  await project.close();
  await forEachCrash(crashes, async (left, moment) => {
    expect([recipe(510), recipe(520)], moment).toContain(readFileSync(join(left, 'recipes', 'late.yaml'), 'utf8'));
    const again = openedAgain(left);
    expect(await versionsOf(again), moment).toEqual(logVersions);
    const made = await versionsOf(again, 'clean');
    expect(made, moment).toEqual(made.length === 1 ? [first] : [first, second]);
    await requireWhole(again);
    expect(await run(again, recipe(520)), moment).toMatchObject({ version: 2 });
    expect(await versionsOf(again, 'clean'), moment).toEqual([first, second]);
    await requireWhole(again);
    await again.close();
  });
});

test('a crash at any moment of emptying the bin leaves the other versions whole', async () => {
  const project = await logProject();
  await project.data.handlers.delete({ reference: 'log@1' });
  const { path } = project.context.project;
  const empty = async ({ data }: DataProject) => data.purge({ dryRun: false });
  const crashes = await crashesOf(path, temporaryFolder(), () => empty(project));
  await project.close();
  await forEachCrash(crashes, async (left, moment) => {
    const again = openedAgain(left);
    await requireWhole(again);
    const { items } = await again.data.handlers.bin({});
    if (items.length > 0) {
      await again.data.handlers.restore({ reference: 'log@1' });
      expect(await versionsOf(again), moment).toEqual(logVersions);
      await again.data.handlers.delete({ reference: 'log@1' });
    }
    await empty(again);
    expect((await again.data.handlers.bin({})).items).toEqual([]);
    for (const number of [2, 3]) {
      const { rows } = await again.data.handlers.rows({ reference: `log@${number}`, offset: 0, limit: 100 });
      expect(rows, moment).toEqual(logVersions[number - 1]);
    }
    expect((await again.context.blobs.verify()).blobs, moment).toBe(2);
    await requireWhole(again);
    await again.close();
  });
});

/** Empties the bin, as `galley gc` does. */
const collect = ({ context, data }: DataProject) =>
  collectGarbage(
    context,
    { data, train: { purge: () => 0 }, packages: { purge: () => ({ models: 0, versions: 0, bytes: 0 }) } },
    {},
  );

test('a disk that is full at any point of emptying the bin leaves whole versions', async (context) => {
  const disk = smallDisk(context, 8);
  const path = join(disk, 'project');
  mkdirSync(path);
  let project = await logProject(path);
  await project.data.handlers.delete({ reference: 'log@1' });
  await untilRoom(
    disk,
    async () => collect(project),
    async () => {
      await project.close();
      project = openedAgain(path);
      await requireWhole(project);
      expect((await project.data.handlers.bin({})).items).toHaveLength(1);
      await project.data.handlers.restore({ reference: 'log@1' });
      expect(await versionsOf(project)).toEqual(logVersions);
      await project.data.handlers.delete({ reference: 'log@1' });
    },
  );
  expect((await project.data.handlers.bin({})).items).toEqual([]);
  expect((await project.context.blobs.verify()).blobs).toBe(2);
  await requireWhole(project);
});

test('what can be made again goes first, so that a full disk can be given room', async (context) => {
  const disk = smallDisk(context, 8);
  const path = join(disk, 'project');
  mkdirSync(path);
  const first = await logProject(path);
  await first.data.handlers.delete({ reference: 'log@1' });
  const made = join(disk, 'made.parquet');
  writeFileSync(made, Buffer.alloc(256 << 10));
  await first.context.rowCache.put('0'.repeat(64), [{ path: made, rows: 1 }]);
  await first.close();
  const project = openedAgain(path);
  const filler = openSync(join(disk, 'filler'), 'w');
  try {
    for (;;) writeSync(filler, Buffer.alloc(4096));
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  }
  closeSync(filler);
  expect(collect(project)).toMatchObject({ bin: { versions: 1 } });
  expect((await project.data.handlers.bin({})).items).toEqual([]);
  await requireWhole(project);
});

test('a disk that is full at any point of restoring leaves nothing behind', async (context) => {
  const file = await backupOfLog();
  const disk = smallDisk(context, 8);
  const to = join(disk, 'kitchen');
  await untilRoom(
    disk,
    () => runRestoreJob({ file, to }, jobContext()),
    async () => expect(readdirSync(disk)).toEqual([]),
  );
  const again = openedAgain(to);
  expect(await versionsOf(again)).toEqual(logVersions);
  await requireWhole(again);
});

/** The backup of a project with `logVersions`. */
async function backupOfLog(): Promise<string> {
  const source = join(temporaryFolder(), 'source');
  const { id, name } = createProject(source, idSource(), 'kitchen');
  const project = await logProject(source);
  const file = join(temporaryFolder(), 'backup.tar');
  const createdAt = '2026-11-23T00:00:00.000Z';
  await runBackupJob({ folder: source, to: file, version: '1.0.0', project: { id, name }, createdAt }, jobContext());
  await project.close();
  return file;
}

test('a crash at any moment of restoring leaves a whole project or none, and restoring can be done again', async () => {
  const file = await backupOfLog();
  const place = temporaryFolder();
  const restore = (folder: string) => runRestoreJob({ file, to: join(folder, 'kitchen') }, jobContext());
  const crashes = await crashesOf(place, temporaryFolder(), () => restore(place), /./);
  const last = crashes.at(-1);
  expect(existsSync(join(last?.withoutPower ?? '', 'kitchen')), 'what is done stays').toBe(true);
  await forEachCrash(crashes, async (left, moment) => {
    const to = join(left, 'kitchen');
    if (!existsSync(to)) await restore(left);
    expect(readProject(to).name, moment).toBe('kitchen');
    const again = openedAgain(to);
    expect(await versionsOf(again), moment).toEqual(logVersions);
    await requireWhole(again);
    await again.close();
  });
});
