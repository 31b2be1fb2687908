import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Manifest, readManifest } from '../../../engine/data/versions/manifest.ts';
import { type DataProject, dataProject } from '../../support/data-project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

/** A delta of a small table is larger than the table. */
const limits = { parts: 4, changedRows: 0.5, changedBytes: 100 };

function fileOf(rows: readonly (readonly (number | string)[])[], name = 'rows.csv'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, ['id,text,number', ...rows.map((row) => row.join(','))].join('\n'));
  return path;
}

const rowsFrom = (first: number, count: number): (number | string)[][] =>
  Array.from({ length: count }, (_, index) => [first + index, `text ${first + index}`, (first + index) / 8 + 0.125]);

/** Of the dataset `log`, the first version first. */
function manifests(project: DataProject): Manifest[] {
  return project.context.database
    .all<{ manifest: string }>(
      `SELECT manifest FROM dataset_versions JOIN datasets ON datasets.id = dataset_id
       WHERE name = 'log' ORDER BY number`,
    )
    .map((row) => readManifest(row.manifest));
}

async function exported({ data }: DataProject, reference: string): Promise<string> {
  return (await data.handlers.export({ reference, to: join(temporaryFolder(), 'out.parquet') })).sha256;
}

async function firstCells(project: DataProject, reference: string): Promise<unknown[]> {
  const page = await project.data.handlers.rows({ reference, offset: 0, limit: 1000 });
  return page.rows.map((row) => row[0]);
}

test('a file of which few rows changed is stored as a row delta and read as it is', async () => {
  const project = dataProject('here', { limits });
  const before = rowsFrom(0, 100);
  const after = before.filter((_, index) => index !== 20 && index !== 99).map((row) => [...row]);
  (after[50] as (number | string)[])[1] = 'edited';
  after.splice(10, 0, [1000, 'new', 0.5]);
  after.push([1001, 'last', 1.5]);
  await project.add({ name: 'log', files: [fileOf(before)] });
  const added = await project.add({ name: 'log', files: [fileOf(after)] });
  const [first, second] = manifests(project) as [Manifest, Manifest];
  expect(second.base).toEqual(first.base);
  expect(second.delta).toMatchObject({ parts: 0, removed: 3, inserted: 3 });
  expect(second.sources).toHaveLength(1);
  const alone = await project.add({ name: 'alone', files: [fileOf(after)] });
  expect(added.identity).toBe(alone.identity);
  for (const isCacheGone of [false, true]) {
    if (isCacheGone) rmSync(join(project.context.project.path, 'cache'), { recursive: true });
    expect(await firstCells(project, 'log@2')).toEqual(after.map((row) => row[0]));
    expect(await firstCells(project, 'log@1')).toEqual(before.map((row) => row[0]));
  }
});

test('rows that only follow are stored as a part, from a whole file too', async () => {
  const project = dataProject('here', { limits });
  await project.add({ name: 'log', files: [fileOf(rowsFrom(0, 50))] });
  await project.add({ name: 'log', files: [fileOf(rowsFrom(0, 60))] });
  const second = manifests(project)[1] as Manifest;
  expect(second.parts.map((part) => part.rows)).toEqual([10]);
  expect(second.delta).toBeUndefined();
  expect(await firstCells(project, 'log')).toEqual(rowsFrom(0, 60).map((row) => row[0]));
});

test('rows are appended after a delta, which stays as it is', async () => {
  const project = dataProject('here', { limits });
  const edited = rowsFrom(0, 50).map((row, index) => (index === 7 ? [7, 'edited', 0.5] : row));
  await project.add({ name: 'log', files: [fileOf(rowsFrom(0, 50))] });
  await project.add({ name: 'log', files: [fileOf([...edited, [900, 'end', 0.5]])] });
  rmSync(join(project.context.project.path, 'cache'), { recursive: true });
  const appended = await project.add({ name: 'log', files: [fileOf(rowsFrom(50, 5))], append: true });
  const [, second, third] = manifests(project) as [Manifest, Manifest, Manifest];
  expect(third.delta).toEqual(second.delta);
  expect(third.parts.map((part) => part.rows)).toEqual([5]);
  const all = [...edited, [900, 'end', 0.5], ...rowsFrom(50, 5)];
  expect((await project.add({ name: 'alone', files: [fileOf(all)] })).identity).toBe(appended.identity);
  expect(await firstCells(project, 'log')).toEqual(all.map((row) => row[0]));
  expect(readdirSync(join(project.context.project.path, 'cache'))).toHaveLength(1);
  // The next file is compared with base and parts, whatever delta lies over them.
  const next = all.filter((_, index) => index !== 3);
  await project.add({ name: 'log', files: [fileOf(next)] });
  expect((manifests(project)[3] as Manifest).delta).toMatchObject({ parts: 1, removed: 2, inserted: 2 });
  expect(await firstCells(project, 'log@4')).toEqual(next.map((row) => row[0]));
});

test('a file that is mostly other is stored as it is, and so is one with other columns', async () => {
  const project = dataProject('here', { limits });
  await project.add({ name: 'log', files: [fileOf(rowsFrom(0, 50))] });
  await project.add({ name: 'log', files: [fileOf(rowsFrom(30, 50))] });
  const text = fileOf(rowsFrom(30, 50).map(([id, word]) => [id as number, word as string, 'word']));
  await project.add({ name: 'log', files: [text] });
  const [first, second, third] = manifests(project) as [Manifest, Manifest, Manifest];
  expect(new Set([first.base.blob, second.base.blob, third.base.blob]).size).toBe(3);
  expect([second.delta, third.delta]).toEqual([undefined, undefined]);
});

test('many parts become one', async () => {
  const project = dataProject('here', { limits });
  await project.add({ name: 'log', files: [fileOf(rowsFrom(0, 50))] });
  for (let first = 50; first < 58; first += 2) {
    await project.add({ name: 'log', files: [fileOf(rowsFrom(first, 2))], append: true });
  }
  const parts = manifests(project).map((manifest) => manifest.parts.map((part) => part.rows));
  expect(parts).toEqual([[], [2], [2, 2], [2, 2, 2], [8]]);
  expect(await firstCells(project, 'log')).toEqual(rowsFrom(0, 58).map((row) => row[0]));
  const whole = await project.add({ name: 'alone', files: [fileOf(rowsFrom(0, 58))] });
  expect((manifests(project)[4] as Manifest).identity).toBe(whole.identity);
  expect((manifests(project)[4] as Manifest).sources.map((source) => source.rows)).toEqual([50, 2, 2, 2, 2]);
});

test('a Parquet export is the same bytes however the version is stored', async () => {
  const project = dataProject('here', { limits: { ...limits, parts: 2 } });
  const rows = rowsFrom(0, 150_000);
  await project.add({ name: 'log', files: [fileOf(rows.slice(0, 100_001))] });
  await project.add({ name: 'log', files: [fileOf(rows.slice(100_001))], append: true });
  const inParts = await exported(project, 'log');
  await project.add({ name: 'log', files: [fileOf([...rows.slice(0, 140_000), ...rows.slice(140_001)])] });
  const whole = await exported(project, 'log');
  project.context.rowCache.clear();
  rmSync(join(project.context.project.path, 'cache'), { recursive: true });
  expect(await exported(project, 'log')).toEqual(whole);
  await project.result(project.data.handlers.compact({ reference: 'log' }));
  await project.result(project.data.handlers.compact({ reference: 'log@2' }));
  expect(await exported(project, 'log')).toEqual(whole);
  expect(await exported(project, 'log@2')).toEqual(inParts);
});

test('a damaged cache is not believed by the next engine', async () => {
  const path = temporaryFolder();
  const first = dataProject('here', { limits, path });
  await first.add({ name: 'log', files: [fileOf(rowsFrom(0, 50))] });
  await first.add({ name: 'log', files: [fileOf(rowsFrom(1, 49))] });
  await first.close();
  const [key] = readdirSync(join(path, 'cache')) as [string];
  const folder = join(path, 'cache', key);
  const [name] = readdirSync(folder).filter((file) => file.endsWith('.parquet')) as [string];
  const second = dataProject('here', { limits, path });
  writeFileSync(join(folder, name), Buffer.alloc(2000));
  expect(await firstCells(second, 'log')).toEqual(rowsFrom(1, 49).map((row) => row[0]));
});
