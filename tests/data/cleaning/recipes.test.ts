import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RecipeResult } from '../../../engine/contract/data-cleaning.ts';
import { RecipeInputs } from '../../../engine/data/cleaning/recipe-inputs.ts';
import { previewRecipe } from '../../../engine/data/cleaning/recipe-preview.ts';
import { DataStore } from '../../../engine/data/store.ts';
import { type DataProject, dataProject } from '../../support/data-project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const rides =
  'id,station,day,riders\n1, Clark ,2024-02-28,10\n2,Lake,2024-02-29,\n3,clark,2024-03-01,30\n3,clark,2024-03-01,30\n';

function csv(text: string): string {
  const path = join(temporaryFolder(), 'rides.csv');
  writeFileSync(path, text);
  return path;
}

const recipe = `# Riders a day
format: 1
from: rides
to: rides_clean
steps:
  - kind: trim
    columns: [station]
    case: lower
  - kind: deduplicate
  - kind: fill
    columns: [riders]
    with: mean
  - kind: derive
    column: hundred
    sql: riders / 100
`;

async function run(project: DataProject, name: string, text?: string): Promise<RecipeResult> {
  return project.result<RecipeResult>(
    project.data.handlers.runRecipe({ name, ...(text === undefined ? {} : { text }) }),
  );
}

async function rowsOf(project: DataProject, reference: string): Promise<unknown[][]> {
  return (await project.data.handlers.rows({ reference, offset: 0, limit: 100 })).rows;
}

test('a recipe makes a version that knows where it came from; run again it is unchanged', async () => {
  const project = dataProject();
  await project.add({ name: 'rides', files: [csv(rides)] });
  const result = await run(project, 'rides', recipe);
  expect(result).toMatchObject({ recipe: 'rides', dataset: 'rides_clean', version: 1, rows: 3, unchanged: false });
  expect(result.steps).toEqual([
    { step: 0, rowsIn: 4, rowsOut: 4, cells: 2, counts: [] },
    { step: 1, rowsIn: 4, rowsOut: 3, cells: 0, counts: [] },
    { step: 2, rowsIn: 3, rowsOut: 3, cells: 1, counts: [] },
    { step: 3, rowsIn: 3, rowsOut: 3, cells: 0, counts: [] },
  ]);
  expect(await rowsOf(project, 'rides_clean')).toEqual([
    [1, 'clark', '2024-02-28', 10, 0.1],
    [2, 'lake', '2024-02-29', 20, 0.2],
    [3, 'clark', '2024-03-01', 30, 0.3],
  ]);
  const { context, data } = project;
  const origin = context.database.get<{ kind: string; detail: string; id: string }>(
    `SELECT origin.kind, origin.detail, parent.parent_id AS id FROM version_origins AS origin
     JOIN version_parents AS parent USING (version_id) WHERE origin.kind = 'clean'`,
  );
  expect(JSON.parse(origin?.detail ?? '{}')).toMatchObject({ recipe: 'rides', text: recipe });
  expect(origin?.id).toBe(data.resolve('rides@1').id);
  expect(readFileSync(join(context.project.path, 'recipes', 'rides.yaml'), 'utf8')).toBe(recipe);
  expect(await run(project, 'rides')).toMatchObject({ version: 1, unchanged: true });
});

test('a new version of the source runs the recipe again, unless it says to ask', async () => {
  const project = dataProject();
  await project.add({ name: 'rides', files: [csv(rides)] });
  await run(project, 'rides', recipe);
  await project.add({ name: 'rides', files: [csv(`${rides}4,Adams,2024-03-02,44\n`)] });
  await project.data.answered?.();
  expect(project.data.resolve('rides_clean')).toMatchObject({ number: 2, rows: 4 });

  await project.data.handlers.saveRecipe({ name: 'rides', text: recipe.replace('to:', 'on_new_version: ask\nto:') });
  await project.add({ name: 'rides', files: [csv(`${rides}5,Adams,2024-03-02,55\n`)] });
  await project.data.answered?.();
  expect(project.data.resolve('rides_clean').number).toBe(2);
  const { recipes } = await project.data.handlers.recipes({});
  expect(recipes).toMatchObject([{ name: 'rides', onNewVersion: 'ask', stale: true, lastRun: { version: 2 } }]);
});

test('recipes follow each other; a circle is refused', async () => {
  const project = dataProject();
  await project.add({ name: 'rides', files: [csv(rides)] });
  await run(project, 'first', recipe);
  const second = 'format: 1\nfrom: rides_clean\nto: rides_few\nsteps:\n  - {kind: keep, columns: [id]}\n';
  await run(project, 'second', second);
  await project.add({ name: 'rides', files: [csv(`${rides}4,Adams,2024-03-02,44\n`)] });
  await project.data.answered?.();
  expect(project.data.resolve('rides_few')).toMatchObject({ number: 2, rows: 4 });

  const circle = 'format: 1\nfrom: rides_few\nto: rides\nsteps: []\n';
  await expect(project.data.handlers.saveRecipe({ name: 'circle', text: circle })).rejects.toMatchObject({
    code: 'data.recipe_cycle',
  });
  const itself = 'format: 1\nfrom: rides\nto: rides\nsteps: []\n';
  await expect(project.data.handlers.saveRecipe({ name: 'itself', text: itself })).rejects.toMatchObject({
    code: 'data.recipe_cycle',
  });
  expect(readdirSync(join(project.context.project.path, 'recipes'))).toEqual(['first.yaml', 'second.yaml']);
});

test('a recipe that fails leaves the version before and says why; it is not tried again until something changes', async () => {
  const project = dataProject();
  await project.add({ name: 'rides', files: [csv(rides)] });
  const strict =
    'format: 1\nfrom: rides\nto: rides_clean\nsteps:\n  - {kind: retype, columns: {station: text, id: text}}\n  - {kind: retype, columns: {id: int64}}\n';
  await run(project, 'rides', strict);
  await project.add({ name: 'rides', files: [csv(rides.replace('\n1,', '\nx1,'))] });
  await project.data.answered?.();
  expect(project.data.resolve('rides_clean').number).toBe(1);
  const { recipe: seen } = await project.data.handlers.recipe({ name: 'rides' });
  expect(seen.lastRun).toMatchObject({
    state: 'failed',
    version: 1,
    inputs: [{ dataset: 'rides', version: 2 }],
    error: { code: 'data.misfits', details: { step: 2, examples: [{ value: 'x1', row: 1 }] } },
  });
  expect(seen.lastRun?.error?.message).toContain('Column "id" has 1 values that are not int64: "x1" in row 1.');
});

test('SQL of a project from elsewhere does not run before it is trusted', async () => {
  const project = dataProject('here', { trusted: false });
  const { handlers } = project.data;
  await project.add({ name: 'rides', files: [csv(rides)] });
  mkdirSync(join(project.context.project.path, 'recipes'));
  writeFileSync(join(project.context.project.path, 'recipes', 'rides.yaml'), recipe);
  await expect(handlers.runRecipe({ name: 'rides' })).rejects.toMatchObject({
    code: 'data.untrusted_sql',
    details: { files: ['recipes/rides.yaml'] },
  });
  await expect(handlers.previewRecipe({ name: 'rides' })).rejects.toMatchObject({ code: 'data.untrusted_sql' });
  expect(await handlers.sqlTexts({})).toEqual({
    trusted: false,
    texts: [{ file: 'recipes/rides.yaml', place: 'steps[4] (derive)', sql: 'riders / 100' }],
    actions: [],
  });
  expect((await handlers.recipes({})).recipes).toMatchObject([{ usesSql: true, trusted: false }]);

  const plain = 'format: 1\nfrom: rides\nto: few\nsteps:\n  - {kind: keep, columns: [id]}\n';
  expect(await run(project, 'plain', plain)).toMatchObject({ version: 1 });
  await handlers.trust({});
  expect(await run(project, 'rides')).toMatchObject({ version: 1, rows: 3 });
});

test('a file that cannot be used is listed with its fault', async () => {
  const project = dataProject();
  mkdirSync(join(project.context.project.path, 'recipes'));
  writeFileSync(
    join(project.context.project.path, 'recipes', 'broken.yaml'),
    'format: 1\nfrom: rides\nto: x\nstep: []\n',
  );
  writeFileSync(join(project.context.project.path, 'recipes', 'Not A Name.yaml'), '');
  const { recipes } = await project.data.handlers.recipes({});
  expect(recipes).toMatchObject([{ name: 'broken', problem: { code: 'data.invalid_recipe', details: { line: 4 } } }]);
  await expect(project.data.handlers.runRecipe({ name: 'broken' })).rejects.toMatchObject({
    code: 'data.invalid_recipe',
  });
  await expect(project.data.handlers.runRecipe({ name: 'brokn' })).rejects.toMatchObject({
    code: 'data.unknown_recipe',
  });
  await project.data.handlers.removeRecipe({ name: 'broken' });
  expect((await project.data.handlers.recipes({})).recipes).toEqual([]);
});

test('nothing left is refused', async () => {
  const project = dataProject();
  await project.add({ name: 'rides', files: [csv(rides)] });
  const none = 'format: 1\nfrom: rides\nto: none\nsteps:\n  - {kind: filter, sql: id > 100}\n';
  await expect(run(project, 'none', none)).rejects.toMatchObject({ code: 'data.nothing_left' });
  const bare = 'format: 1\nfrom: rides\nto: none\nsteps:\n  - {kind: drop, columns: [id, station, day, riders]}\n';
  await expect(run(project, 'bare', bare)).rejects.toMatchObject({ code: 'data.nothing_left', details: { step: 1 } });
  expect((await project.data.handlers.list({})).datasets.map(({ name }) => name)).toEqual(['rides']);
});

test('the preview shows rows, changed cells and counts at a step, and where it fails', async () => {
  const project = dataProject();
  await project.add({ name: 'rides', files: [csv(rides)] });
  const preview = (until: number, text = recipe) => project.data.handlers.previewRecipe({ text, until });
  expect(await preview(-1)).toMatchObject({ shown: -1, steps: [], looked: { rows: 4, of: 4, version: 1 } });
  expect(await preview(0)).toMatchObject({
    shown: 0,
    columns: [{ state: 'same' }, { name: 'station', state: 'changed' }, { state: 'same' }, { state: 'same' }],
    changed: [[1], [1], [], []],
    rows: [[1, 'clark', '2024-02-28', 10], [2, 'lake', '2024-02-29', null], [3], [3]].map((row) =>
      expect.arrayContaining(row),
    ),
  });
  expect(await preview(3)).toMatchObject({
    shown: 3,
    columns: { 4: { name: 'hundred', state: 'added' } },
    removed: [],
  });
  const wrong = await preview(3, recipe.replace('riders / 100', 'rider / 100'));
  expect(wrong).toMatchObject({
    shown: 2,
    failure: { step: 3, error: { code: 'data.unknown_column', details: { step: 4 } } },
  });
  expect(wrong.failure?.error.message).toContain('Did you mean "riders"?');
});

test('a preview that takes too long, or that nobody waits for, stops', async () => {
  const project = dataProject();
  const rows = Array.from({ length: 8000 }, (_, index) => `${index},word ${index % 97}`);
  await project.add({ name: 'words', files: [csv(`id,word\n${rows.join('\n')}\n`)] });
  const sql = Array.from(
    { length: 3 },
    (_, index) => `levenshtein(repeat(word, 20), repeat(word, ${21 + index}))`,
  ).join(' + ');
  const recipe = {
    format: 1 as const,
    from: 'words',
    to: 'far',
    onNewVersion: 'ask' as const,
    steps: [{ kind: 'derive' as const, column: 'far', sql }],
  };
  const { source, others } = await new RecipeInputs(new DataStore(project.context.database), recipe).open(
    project.context,
  );
  const input = { recipe, source, version: 1, others };
  const started = performance.now();
  await expect(previewRecipe({ ...input, milliseconds: 60 }, temporaryFolder())).rejects.toMatchObject({
    code: 'data.slow_preview',
  });
  const left = AbortSignal.timeout(60);
  await expect(previewRecipe(input, temporaryFolder(), left)).rejects.toMatchObject({
    code: 'job.canceled',
  });
  expect(performance.now() - started).toBeLessThan(15_000);
});
