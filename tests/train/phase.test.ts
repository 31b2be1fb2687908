import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Check } from 'typebox/value';
import { expect, test } from 'vitest';
import type { InputOf } from '../../engine/contract/call.ts';
import type { Job } from '../../engine/contract/jobs.ts';
import { type Recipe, Recipe as RecipeSchema, type Run, type trainCalls } from '../../engine/contract/train.ts';
import { createDataPhase } from '../../engine/data/index.ts';
import { createTrainPhase } from '../../engine/train/index.ts';
import { learningOptionsOf, recipeHash, recipeText } from '../../engine/train/recipe.ts';
import { openEngine } from '../deploy/open-engine.ts';
import { fixedClock } from '../support/fixed.ts';

const fixture = (name: string) =>
  readFileSync(new URL(`../fixtures/recipe/${name}`, import.meta.url), 'utf8').trimEnd();
const penguinFile = fileURLToPath(new URL('../../resources/samples/penguins/penguins.csv', import.meta.url));

async function openTraining() {
  const engine = openEngine(undefined, fixedClock());
  const data = createDataPhase(engine);
  const train = createTrainPhase(engine, data);
  const resultOf = async <Result>(job: Promise<Job>) => engine.jobs.result<Result>((await job).id);
  await resultOf(data.handlers.add({ name: 'penguins', files: [penguinFile] }));
  const run = (input: Omit<InputOf<typeof trainCalls.run>, 'reference'>) =>
    resultOf<{ runs: Run[]; best: Run }>(train.handlers.run({ reference: 'penguins', ...input }));
  return { engine, data, train, run, resultOf };
}

const everyFifth = { kind: 'every-nth', every: 5 } as const;

test('train.run keeps runs with recipe, figures, files and lineage', async () => {
  const { engine, train, run } = await openTraining();
  const { runs, best } = await run({
    target: 'species',
    split: everyFifth,
    learners: ['baseline', 'linear', 'trees'],
  });
  expect(runs.map(({ learner, number }) => [learner, number])).toEqual([
    ['baseline', 1],
    ['linear', 2],
    ['trees', 3],
  ]);
  expect(best).toMatchObject({
    learner: 'linear',
    status: 'succeeded',
    task: 'multiclass',
    rows: { training: 275, holdout: 69, dropped: 0 },
    metrics: { accuracy: 1 },
    metric: { name: 'log_loss', lowerIsBetter: true },
    dataset: { name: 'penguins', version: 1 },
    createdAt: '2025-01-01T00:00:00.000Z',
  });
  expect((await train.handlers.list({})).runs.map(({ number }) => number)).toEqual([3, 2, 1]);
  expect((await train.handlers.list({ target: 'sex' })).runs).toEqual([]);

  const detail = await train.handlers.show({ run: best.id });
  expect(recipeText(detail.recipe)).toBe(fixture('penguins-linear.json'));
  expect(detail.recipeHash).toBe(fixture('penguins-linear.sha256'));
  expect(detail.features.find(({ name }) => name === 'sex')).toEqual({
    name: 'sex',
    role: 'category',
    width: 3,
    note: '3 levels',
  });
  expect(detail.importance[0]?.name).toBe('bill_length_mm');
  expect(detail.curves.confusion).toMatchObject({ classes: ['Adelie', 'Chinstrap', 'Gentoo'] });
  expect(engine.uses.usersOf({ kind: 'dataset_version', id: train.stored('2').datasetVersionId })).toHaveLength(3);
  expect((await engine.blobs.verify()).problems).toEqual([]);

  const holdout = train.holdout(best.id);
  expect([...holdout.positions.slice(0, 3)]).toEqual([0, 5, 10]);
  expect(holdout.values.length).toBe(3 * 69);

  const { differences } = await train.handlers.compare({ runs: ['1', '2'] });
  expect(differences.find(({ path }) => path === 'recipe.learner')?.values).toEqual(['baseline', 'linear']);
});

test('reproduce compares bit for bit, and names what differs', async () => {
  const { engine, train, run, resultOf } = await openTraining();
  const { best } = await run({ target: 'species', learners: ['linear'] });
  const { recipe } = await train.handlers.show({ run: best.id });
  expect(recipe.rowIdentity).toMatchObject({ by: 'content', columns: expect.not.arrayContaining(['species']) });
  expect(await resultOf(train.handlers.reproduce({ run: '1' }))).toEqual({
    identical: true,
    tolerance: 0,
    differences: [],
  });
  engine.database.run(`UPDATE runs SET metrics = json_set(metrics, '$.accuracy', 0.5)`);
  expect(await resultOf(train.handlers.reproduce({ run: best.id }))).toEqual({
    identical: false,
    tolerance: 0,
    differences: [{ path: 'metrics.accuracy', before: 0.5, now: best.metrics.accuracy }],
  });
});

test('wrong input is refused at once, or fails the job without leaving anything', async () => {
  const { engine, train, run } = await openTraining();
  await expect(run({ target: 'specis' })).rejects.toMatchObject({
    code: 'train.unknown_column',
    message: expect.stringContaining('Did you mean "species"?'),
  });
  await expect(run({ target: 'species', learners: ['forrest'] })).rejects.toMatchObject({
    code: 'train.unknown_learner',
  });
  await expect(run({ target: 'species', params: { c: 1 } })).rejects.toMatchObject({ code: 'train.invalid_parameter' });
  expect(engine.jobs.list()).toHaveLength(1);
  await expect(run({ target: 'species', metric: 'r2' })).rejects.toMatchObject({ code: 'train.unknown_metric' });
  await expect(run({ target: 'species', exclude: ['beak'] })).rejects.toMatchObject({ code: 'train.unknown_column' });
  expect((await train.handlers.list({})).runs).toEqual([]);
  await expect(train.handlers.show({ run: '7' })).rejects.toMatchObject({ code: 'train.run_not_found' });
});

test('suggest proposes targets, features and a split', async () => {
  const { data, train, resultOf } = await openTraining();
  const suggestion = await train.handlers.suggest({ reference: 'penguins', target: 'species' });
  expect(suggestion.targets[0]).toEqual({ name: 'species', task: 'multiclass' });
  expect(suggestion.features).toEqual([
    'island',
    'bill_length_mm',
    'bill_depth_mm',
    'flipper_length_mm',
    'body_mass_g',
    'sex',
    'year',
  ]);
  expect(suggestion.split).toEqual({ kind: 'random', holdout: 0.2, seed: 0 });
  const weather = fileURLToPath(
    new URL('../../resources/samples/seattle_weather/seattle-weather-2012.csv', import.meta.url),
  );
  await resultOf(data.handlers.add({ name: 'weather', files: [weather], time: 'date' }));
  const timed = await train.handlers.suggest({ reference: 'weather', target: 'weather' });
  expect(timed.split).toEqual({ kind: 'time', by: 'date', holdout: 0.2 });
});

test('a recipe with options has one text and one hash; what nobody asked for leaves no trace in it', () => {
  const recipe = JSON.parse(fixture('options.json')) as Recipe;
  expect(Check(RecipeSchema, recipe)).toBe(true);
  expect(recipeText(recipe)).toBe(fixture('options.json'));
  expect(recipeHash(recipe)).toBe(fixture('options.sha256'));
  const { columns, interactions, targetTransform, weights } = recipe;
  expect(learningOptionsOf(recipe)).toEqual({ columns, interactions, targetTransform, weights });
  expect(learningOptionsOf({ columns: {}, interactions: [], weights: {} })).toEqual({});
});

test('a recipe has one text and one hash', () => {
  const recipe = JSON.parse(fixture('penguins-linear.json')) as Recipe;
  const reordered = Object.fromEntries(Object.entries(recipe).reverse()) as Recipe;
  expect(recipeText(reordered)).toBe(fixture('penguins-linear.json'));
  expect(recipeHash(reordered)).toBe(fixture('penguins-linear.sha256'));
  expect(recipeHash({ ...recipe, seed: 1 })).not.toBe(recipeHash(recipe));
});
