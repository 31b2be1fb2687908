import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AddResult } from '../../engine/contract/data-results.ts';
import { type DataProject, dataProject } from '../support/data-project.ts';
import { fileOf, forEachCrash, requireWhole, type Table, tableFrom, versionsOf } from '../support/log-project.ts';
import { crashesOf } from '../support/power-cut.ts';
import { smallDisk, untilRoom } from '../support/small-disk.ts';
import { temporaryFolder } from '../support/temporary.ts';

const limits = { parts: 3, changedRows: 0.5, changedBytes: 100 };

/** Three versions: a base, an edit of it, and rows after that; and what may be done next with how many versions then. */
const before = [tableFrom(0, 40), tableFrom(1, 39), [...tableFrom(1, 39), ...tableFrom(40, 5)]];
const steps: Record<string, { work(project: DataProject): Promise<unknown>; after: Table | null }> = {
  add: {
    work: (project) => project.add({ name: 'log', files: [fileOf(tableFrom(500, 60))] }),
    after: tableFrom(500, 60),
  },
  append: {
    work: (project) => project.add({ name: 'log', files: [fileOf(tableFrom(90, 3))], append: true }),
    after: [...tableFrom(1, 44), ...tableFrom(90, 3)],
  },
  'add with a row delta': {
    work: (project) => project.add({ name: 'log', files: [fileOf(tableFrom(3, 42))] }),
    after: tableFrom(3, 42),
  },
  edit: {
    work: ({ data, result }) => result<AddResult>(data.handlers.edit({ reference: 'log@3', remove: [0, 1] })),
    after: tableFrom(3, 42),
  },
  'append that brings many parts together': {
    work: async (project) => {
      await project.add({ name: 'log', files: [fileOf(tableFrom(45, 3))], append: true });
      await project.add({ name: 'log', files: [fileOf(tableFrom(48, 3))], append: true });
    },
    after: tableFrom(1, 50),
  },
  compact: { work: ({ data, result }) => result(data.handlers.compact({ reference: 'log' })), after: null },
  'compact a version that others share files with': {
    work: ({ data, result }) => result(data.handlers.compact({ reference: 'log@2' })),
    after: null,
  },
};

async function begun(path?: string): Promise<DataProject> {
  const project = dataProject('here', { limits, ...(path !== undefined && { path }) });
  await project.add({ name: 'log', files: [fileOf(before[0] as Table)] });
  await project.add({ name: 'log', files: [fileOf(before[1] as Table)] });
  await project.add({ name: 'log', files: [fileOf(tableFrom(40, 5))], append: true });
  return project;
}

test.each(Object.keys(steps))('a crash at any moment of %s leaves whole versions', async (name) => {
  const { work, after } = steps[name] as (typeof steps)[string];
  const project = await begun();
  const crashes = await crashesOf(project.context.project.path, temporaryFolder(), () => work(project));
  await project.close();
  await forEachCrash(crashes, async (path, moment) => {
    const again = dataProject('here', { limits, path });
    again.context.blobs.sweep();
    expect((await versionsOf(again)).slice(0, 3), moment).toEqual(before);
    await requireWhole(again);
    if (moment.startsWith('withoutPower')) {
      await work(again);
      if (after !== null) expect((await versionsOf(again)).at(-1), `again after ${moment}`).toEqual(after);
      await requireWhole(again);
    }
    await again.close();
  });
});

test.for(Object.keys(steps))('a disk that is full at any point of %s leaves whole versions', async (name, context) => {
  const { work, after } = steps[name] as (typeof steps)[string];
  const disk = smallDisk(context, 8);
  const path = join(disk, 'project');
  mkdirSync(path);
  let project = await begun(path);
  await untilRoom(
    disk,
    () => work(project),
    async () => {
      await project.close();
      project = dataProject('here', { limits, path });
      project.context.blobs.sweep();
      expect((await versionsOf(project)).slice(0, 3)).toEqual(before);
      await requireWhole(project);
    },
  );
  if (after !== null) expect((await versionsOf(project)).at(-1)).toEqual(after);
  await requireWhole(project);
});
