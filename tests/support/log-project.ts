import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type DataProject, dataProject } from './data-project.ts';
import type { Crash } from './power-cut.ts';
import { temporaryFolder } from './temporary.ts';

/** Rows of the columns `id` and `text`. */
export type Table = [number, string][];

export const tableFrom = (first: number, count: number): Table =>
  Array.from({ length: count }, (_, index) => [first + index, `text ${first + index}`]);

export function fileOf(rows: Table): string {
  const path = join(temporaryFolder(), 'rows.csv');
  writeFileSync(path, ['id,text', ...rows.map((row) => row.join(','))].join('\n'));
  return path;
}

/** The rows of every version of a dataset, none where it is not there. */
export async function versionsOf({ data }: DataProject, name = 'log'): Promise<Table[]> {
  const dataset = (await data.handlers.list({})).datasets.find((one) => one.name === name);
  const tables: Table[] = [];
  for (let version = 1; version <= (dataset?.latest.version ?? 0); version++) {
    const page = await data.handlers.rows({ reference: `${name}@${version}`, offset: 0, limit: 1000 });
    tables.push(page.rows as Table);
  }
  return tables;
}

/** Every stored file is what its name says, and every version what its manifest says. */
export async function requireWhole(project: DataProject): Promise<void> {
  expect((await project.context.blobs.verify()).problems).toEqual([]);
  expect(await project.data.verify()).toEqual([]);
}

/** What `logProject` begins with. */
export const logVersions = [tableFrom(0, 40), tableFrom(500, 60), [...tableFrom(500, 60), ...tableFrom(560, 5)]];

/** A project with three versions, of which the last two share a file. */
export async function logProject(path?: string): Promise<DataProject> {
  const project = dataProject('here', path === undefined ? {} : { path });
  await project.add({ name: 'log', files: [fileOf(tableFrom(0, 40))] });
  await project.add({ name: 'log', files: [fileOf(tableFrom(500, 60))] });
  await project.add({ name: 'log', files: [fileOf(tableFrom(560, 5))], append: true });
  return project;
}

/** What a crash left, as the next engine opens it. */
export function openedAgain(path: string): DataProject {
  const project = dataProject('here', { path });
  project.context.blobs.sweep();
  return project;
}

/** Looks at both folders of each crash and removes them. */
export async function forEachCrash(
  crashes: readonly Crash[],
  look: (path: string, moment: string) => Promise<void>,
): Promise<void> {
  expect(crashes.length).toBeGreaterThan(2);
  for (const { moment, killed, withoutPower } of crashes) {
    for (const [how, path] of Object.entries({ killed, withoutPower })) {
      await look(path, `${how} before ${moment}`);
      rmSync(path, { recursive: true, force: true });
    }
  }
}
