import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GalleyError } from '../../engine/base/errors.ts';
import type { InputOf, OutputOf } from '../../engine/contract/call.ts';
import type { packageCalls } from '../../engine/contract/package.ts';
import type { GivenAnswers } from '../../engine/contract/package-adopted.ts';
import type { evaluationCalls } from '../../engine/contract/train-evaluation.ts';
import { rawRows } from '../../engine/train/raw-rows.ts';
import { fixtureAnswers, fixtureFrame, fixturePath } from '../support/adopted-fixtures.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { openPhases } from './open-registry.ts';

type ImportInput = InputOf<typeof packageCalls.import>;

async function openWith(name: string) {
  const registry = await openPhases();
  const { engine, data, packages } = registry;
  const imported = await data.handlers.add({ name: 'rows', files: [fixturePath(name, 'rows.csv')] });
  await engine.jobs.result(imported.id);
  const adopt = async (input: Omit<ImportInput, 'path' | 'reference' | 'model'> & Partial<ImportInput>) => {
    const job = await packages.handlers.import({
      path: fixturePath(name),
      reference: 'rows',
      model: 'adopted',
      ...input,
    });
    return engine.jobs.result<OutputOf<typeof packageCalls.import>>(job.id);
  };
  return { ...registry, adopt };
}

/** What the library said of its rows, as a notebook sends it. */
function given(name: string): GivenAnswers {
  const frame = fixtureFrame(name);
  const rows = rawRows(
    frame,
    frame.columns,
    Array.from({ length: frame.rows }, (_, row) => row),
  ).map((values) => Object.fromEntries(frame.columns.map((column, place) => [column.name, values[place]])));
  return { rows, ...fixtureAnswers(name) };
}

describe('a model from elsewhere', () => {
  it('becomes a run and a version like any other', async () => {
    const { adopt, packages, train, engine } = await openWith('sklearn-columns');
    const added = await adopt({ target: 'left', answers: given('sklearn-columns'), alias: 'champion' });
    expect(added).toMatchObject({ model: 'adopted', version: 1, aliases: ['champion'] });
    expect(added.signature).toMatchObject({
      task: 'binary',
      target: 'left',
      classes: ['false', 'true'],
      threshold: 0.5,
    });
    expect(added.signature.inputs.map(({ name, type, tensor }) => [name, type, tensor])).toEqual([
      ['age', 'int64', 'float'],
      ['income', 'float64', 'float'],
      ['plan', 'text', 'string'],
      ['region', 'text', 'string'],
    ]);
    expect(added.signature.inputs[1]).toMatchObject({ nullable: true });
    expect(added.parity.rows).toBeGreaterThan(60);
    expect(added.compared).toEqual({ rows: 120, largest: expect.any(Number) });
    expect(added.run).toMatchObject({ learner: 'adopted', task: 'binary', target: 'left', rows: { dropped: 0 } });
    expect(added.run.metrics.roc_auc).toBeGreaterThan(0.7);
    expect(added.warnings.map(({ code }) => code)).toContain('train.perhaps_seen');

    const detail = await train.handlers.show({ run: added.run.id });
    expect(detail.recipe.adopted).toMatchObject({ fileName: 'model.onnx', producer: 'skl2onnx 1.20.0' });
    expect(detail.importance.map(({ name }) => name).sort()).toEqual(['age', 'income', 'plan', 'region']);
    const shown = await packages.handlers.show({ reference: 'adopted' });
    expect(shown.version).toMatchObject({ learner: 'adopted', runId: added.run.id });
    expect((await engine.blobs.verify()).problems).toEqual([]);
    const kept = engine.database.all<{ input: string }>("SELECT input FROM jobs WHERE kind = 'package.import'");
    expect(kept).toHaveLength(1);
    expect(kept[0]?.input).not.toContain('"outputs"');

    const again = await packages.handlers.add({ run: added.run.id, model: 'adopted' });
    const second = await engine.jobs.result<OutputOf<typeof packageCalls.add>>(again.id);
    expect(second.onnx.sha256).toBe(added.onnx.sha256);
  });

  it('is evaluated and explained by asking it, and not trained again', async () => {
    const { adopt, train, engine } = await openWith('sklearn-matrix');
    const { run, compared } = await adopt({ target: 'kind', unseen: true });
    expect(compared).toBeNull();
    expect(run.task).toBe('multiclass');
    const evaluating = await train.handlers.evaluate({ run: run.id });
    const { evaluation } = await engine.jobs.result<OutputOf<typeof evaluationCalls.evaluate>>(evaluating.id);
    expect(evaluation.importance?.columns).toHaveLength(4);
    expect(evaluation.dependence).not.toHaveLength(0);
    const explaining = await train.handlers.explain({ run: run.id, rows: [0, 1] });
    const { explanations } = await engine.jobs.result<OutputOf<typeof evaluationCalls.explain>>(explaining.id);
    expect(explanations[0]).toMatchObject({ method: 'sampled' });
    expect(explanations[0]?.total).toBeCloseTo(explanations[0]?.answer as number, 4);
    for (const parts of [['learning_curve']] as const) {
      await expect(train.handlers.evaluate({ run: run.id, parts: [...parts] })).rejects.toMatchObject({
        code: 'train.adopted_run',
      });
    }
    await expect(train.handlers.reproduce({ run: run.id })).rejects.toMatchObject({ code: 'train.adopted_run' });
    const { warnings } = await train.handlers.show({ run: run.id });
    expect(warnings.map(({ code }) => code)).not.toContain('train.perhaps_seen');
  });

  it('is judged by the rows of another dataset', async () => {
    const { adopt, engine, data } = await openWith('sklearn-regression');
    const path = fixturePath('sklearn-regression', 'rows.csv');
    await engine.jobs.result((await data.handlers.add({ name: 'later', files: [path] })).id);
    const { run } = await adopt({ target: 'price', split: { kind: 'dataset', reference: 'later' }, unseen: true });
    expect(run).toMatchObject({ task: 'regression', rows: { training: 120, holdout: 120 } });
    expect(run.metrics.r2).toBeGreaterThan(0.8);
  });

  it.each([
    ['xgboost-matrix', 'left'],
    ['lightgbm-zipmap', 'kind'],
    ['keras-sigmoid', 'left'],
    ['torch-logits', 'kind'],
    ['sklearn-labels', 'kind'],
  ])('comes from %s', async (name, target) => {
    const { adopt } = await openWith(name);
    const { run, parity } = await adopt({ target, answers: given(name) });
    expect(run.metrics.accuracy).toBeGreaterThan(0.5);
    expect(parity.max_abs_diff).toBeLessThan(1e-5);
  });

  it('answers categories that its encoder refuses, and says so', async () => {
    const { adopt } = await openWith('sklearn-strict');
    const { warnings, parity } = await adopt({ target: 'income', answers: given('sklearn-strict') });
    expect(parity.rows).toBeGreaterThan(30);
    expect(warnings).toContainEqual({
      code: 'package.converted',
      message: expect.stringContaining('counts as none of those it knows'),
    });
  });

  it('is refused where its answers differ from the given ones', async () => {
    const { adopt, packages } = await openWith('sklearn-columns');
    const answers = given('sklearn-columns');
    const outputs = answers.outputs?.map(([no = 0, yes = 0], row) => (row === 3 ? [no - 0.01, yes + 0.01] : [no, yes]));
    await expect(adopt({ target: 'left', answers: { ...answers, outputs } })).rejects.toMatchObject({
      code: 'package.answers_differ',
      message: expect.stringContaining('1 of 120 given rows'),
      details: { faults: [expect.objectContaining({ row: 3 })] },
    });
    const labels = answers.labels?.map((label, row) => (row === 5 ? (label === 'yes' ? 'no' : 'yes') : label));
    await expect(adopt({ target: 'left', answers: { ...answers, labels } })).rejects.toMatchObject({
      code: 'package.answers_differ',
    });
    expect((await packages.handlers.list({})).models).toEqual([]);
  });

  it('leaves nothing where its alias may not move to it', async () => {
    const { adopt, packages, train, engine } = await openWith('sklearn-regression');
    packages.onAliasMoved(() => {
      throw new GalleyError('deploy.breaking_version', 'Callers would be refused.');
    });
    await expect(adopt({ target: 'price', alias: 'champion' })).rejects.toMatchObject({
      code: 'deploy.breaking_version',
    });
    expect((await packages.handlers.list({})).models).toEqual([]);
    expect((await train.handlers.list({})).runs).toEqual([]);
    const used = engine.database.all<{ used_kind: string }>("SELECT used_kind FROM uses WHERE user_kind = 'run'");
    expect(used).toEqual([]);
  });

  it('is compared with the answers of a file', async () => {
    const { adopt } = await openWith('sklearn-columns');
    const { rows, outputs = [] } = given('sklearn-columns');
    const columns = ['age', 'income', 'plan', 'region'];
    const path = join(temporaryFolder(), 'answers.csv');
    const write = (shift: number, names = ['false', 'true']) => {
      const lines = rows.map((row, place) => [
        ...columns.map((name) => row[name] ?? ''),
        ...(outputs[place] ?? []).map((value) => value + shift),
      ]);
      writeFileSync(path, [[...columns, ...names], ...lines].map((cells) => cells.join(',')).join('\n'));
    };
    write(0);
    expect((await adopt({ target: 'left', answersPath: path })).version).toBe(1);
    write(0.0005);
    await expect(adopt({ target: 'left', answersPath: path })).rejects.toMatchObject({
      code: 'package.answers_differ',
    });
    expect((await adopt({ target: 'left', answersPath: path, tolerance: 1e-3 })).version).toBe(2);
    // As the library names the classes of a column that is boolean here.
    write(0, ['no', 'yes']);
    expect((await adopt({ target: 'left', answersPath: path })).version).toBe(3);
    writeFileSync(path, 'age,income\n1,2\n');
    await expect(adopt({ target: 'left', answersPath: path })).rejects.toMatchObject({
      code: 'package.answers_unusable',
    });
  });

  it('is looked into and tried before', async () => {
    const { packages, engine } = await openWith('lightgbm-zipmap');
    const path = fixturePath('lightgbm-zipmap');
    const looking = await packages.handlers.inspect({ path, reference: 'rows', target: 'kind' });
    const { file, mapping, problems } = await engine.jobs.result<OutputOf<typeof packageCalls.inspect>>(looking.id);
    expect(file.outputs).toContainEqual({ name: 'probabilities', type: 'map', shape: [] });
    expect(file.bytes).toBe(readFileSync(path).length);
    expect(mapping?.output).toEqual({ tensor: 'probabilities', form: 'probabilities' });
    expect(problems).toEqual([]);
    const trying = await packages.handlers.try({ path, reference: 'rows', target: 'kind', rows: 5 });
    const tried = await engine.jobs.result<OutputOf<typeof packageCalls.try>>(trying.id);
    expect(tried.rows).toHaveLength(5);
    expect(tried.rows[0]?.outputs.reduce<number>((sum, value) => sum + (value ?? 0), 0)).toBeCloseTo(1, 5);
    expect(tried.classes).toContain(tried.rows[0]?.label);
  });

  it('is not looked into against a column that there is not', async () => {
    const { packages } = await openWith('lightgbm-zipmap');
    const looking = packages.handlers.inspect({
      path: fixturePath('lightgbm-zipmap'),
      reference: 'rows',
      target: 'kinds',
    });
    await expect(looking).rejects.toMatchObject({ code: 'train.unknown_column' });
  });

  it('is refused with a threshold where there are not two classes', async () => {
    const { adopt } = await openWith('sklearn-regression');
    await expect(adopt({ target: 'price', threshold: 0.3 })).rejects.toMatchObject({ code: 'package.no_threshold' });
  });

  it('is refused where its scores are said to be probabilities', async () => {
    const { adopt } = await openWith('torch-logits');
    const refused = adopt({ target: 'kind', output: { tensor: 'logits', form: 'probabilities' } });
    await expect(refused).rejects.toMatchObject({
      code: 'train.adopted_no_probability',
      message: expect.stringMatching(/^Row \d+ gets .+ for ".+", which is no probability\.$/),
    });
  });

  it('is refused where the target of the model is another one', async () => {
    const { adopt } = await openWith('sklearn-columns');
    await adopt({ target: 'left' });
    await expect(adopt({ target: 'plan' })).rejects.toMatchObject({ code: 'package.target_differs' });
  });
});
