import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
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

/** What stands in a folder, as one hash: crashes that leave the same bytes under the same names need one look. */
function fingerprint(folder: string): string {
  const hash = createHash('sha256');
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  for (const path of paths) {
    const place = join(folder, path);
    hash.update(`${path}\0`);
    if (statSync(place).isFile()) hash.update(createHash('sha256').update(readFileSync(place)).digest());
  }
  return hash.digest('hex');
}

/** Looks at what each crash left, the last one first, and removes it. */
export async function forEachCrash(
  crashes: readonly Crash[],
  look: (path: string, moment: string) => Promise<void>,
): Promise<void> {
  expect(crashes.length).toBeGreaterThan(2);
  const seen = new Set<string>();
  for (const { moment, killed, withoutPower } of crashes.toReversed()) {
    for (const [how, path] of Object.entries({ withoutPower, killed })) {
      const left = fingerprint(path);
      if (!seen.has(left)) await look(path, `${how} before ${moment}`);
      seen.add(left);
      rmSync(path, { recursive: true, force: true });
    }
  }
}
