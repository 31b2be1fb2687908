import { execFile, execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, type TestContext, test } from 'vitest';
import type { ModelSummary } from '../../engine/contract/package.ts';
import { readEngineFile } from '../../engine/store/engine-file.ts';
import { type RunningEngine, startEngine } from '../support/engine.ts';
import { needsProgram } from '../support/needs.ts';
import { temporaryFolder } from '../support/temporary.ts';

const fixtures = join(import.meta.dirname, '../fixtures/converted');
/** A Python that has the libraries of the last tests. */
const python = process.env.GALLEY_NOTEBOOK_PYTHON ?? 'python3';

function needsPackages(context: TestContext, ...packages: string[]): void {
  try {
    execFileSync(python, ['-c', `import ${packages.join(', ')}`], { stdio: 'ignore' });
  } catch {
    context.skip(`${python} has no ${packages.join(', ')}; GALLEY_NOTEBOOK_PYTHON names another`);
  }
}

/** A project whose engine runs, and what puts lines of Python around the cell that it gives. */
async function notebook(): Promise<{
  engine: RunningEngine;
  project: string;
  run(before: string, call: string): Promise<string>;
}> {
  const project = join(temporaryFolder(), 'houses');
  const engine = await startEngine(project);
  const { cell } = await engine.call<{ cell: string }>('package.notebookCell', { model: 'price' });
  const loading = cell.slice(0, cell.indexOf('adopt(model'));
  const run = async (before: string, call: string) => {
    const script = join(temporaryFolder(), 'notebook.py');
    writeFileSync(script, `${before}\n${loading}\n${call}\n`);
    const { stdout } = await promisify(execFile)(python, [script]);
    return stdout;
  };
  return { engine, project, run };
}

async function versionsOf(engine: RunningEngine, model: string) {
  const { models } = await engine.call<{ models: ModelSummary[] }>('package.list', {});
  return models.find(({ name }) => name === model)?.versions ?? [];
}

/** Rows and answers of a fixture, as lines of Python. */
function fixtureRows(name: string): string {
  const { rows, answers } = JSON.parse(readFileSync(join(fixtures, `${name}.case.json`), 'utf8')) as {
    rows: (number | string | null)[][];
    answers: number[][];
  };
  const finite = rows.map((row, place) => ({ row, answer: answers[place]?.[0] as number })).slice(0, 25);
  const lines = { X: finite.map(({ row }) => row), answers: finite.map(({ answer }) => answer) };
  return [
    'import json',
    `data = json.loads(${JSON.stringify(JSON.stringify(lines))})`,
    'X, answers = data["X"] * 4, data["answers"] * 4',
    'y = [int(answer > 0.5) for answer in answers]',
  ].join('\n');
}

test.for([
  ['xgboost-logistic', '.json'],
  ['lightgbm-binary', '.txt'],
])(
  'plain Python sends %s as its own file; again, it is the next version, and the alias moves',
  async ([name, suffix], context) => {
    needsProgram(context, python);
    const { engine, project, run } = await notebook();
    const file = JSON.stringify(join(fixtures, `${name}${suffix}`));
    const call = `adopt(${file}, X, y, name="price", answers=answers, classes=[0, 1], alias="champion")`;
    const first = await run(fixtureRows(name as string), call);
    expect(first).toMatch(/^price@1 \(champion\): roc_auc \S+ on \d+ rows\nThe same answers as here on \d+ rows\.\n/);
    expect(first).not.toContain(readEngineFile(project)?.token);
    expect(await run(fixtureRows(name as string), call)).toContain('price@2 (champion)');
    expect((await versionsOf(engine, 'price')).map(({ version, aliases }) => [version, aliases])).toEqual([
      [1, []],
      [2, ['champion']],
    ]);
  },
);

test('answers that are others are refused, and there is no version', async (context) => {
  needsProgram(context, python);
  const { engine, run } = await notebook();
  const file = JSON.stringify(join(fixtures, 'xgboost-logistic.json'));
  const lines = `${fixtureRows('xgboost-logistic')}\nanswers[3] = 0.123`;
  const call = `adopt(${file}, X, y, name="price", answers=answers, classes=[0, 1])`;
  await expect(run(lines, call)).rejects.toMatchObject({ stderr: expect.stringContaining('package.answers_differ') });
  expect(await versionsOf(engine, 'price')).toEqual([]);
});

const table = `
import warnings; warnings.filterwarnings("ignore")
import numpy as np, pandas as pd
random = np.random.RandomState(1)
X = pd.DataFrame({"area m2": random.randn(400), "rooms": random.randint(1, 9, 400), "new": random.rand(400) > 0.5})
X["kind"] = random.choice(["flat", "house", "né"], 400)
X.loc[::17, "area m2"] = np.nan
y = pd.Series(np.where(X["area m2"].fillna(0) + (X["kind"] == "né") > 0, "yes", "no"), name="sold")
price = X["area m2"].fillna(0) * 3 + X["rooms"]
categories = X.assign(kind=X["kind"].astype("category"))
`;

test('models of XGBoost and LightGBM are sent as they are fitted, categories by their names', async (context) => {
  needsPackages(context, 'pandas', 'xgboost', 'lightgbm', 'sklearn');
  const { engine, run } = await notebook();
  await run(
    `${table}\nimport xgboost, lightgbm`,
    [
      'model = xgboost.XGBRegressor(n_estimators=8, max_depth=3, enable_categorical=True).fit(categories, price)',
      'adopt(model, categories, price, name="price", X_test=categories[:80], y_test=price[:80], target="price")',
      // XGBoost counts its classes; the answers are booleans.
      'numbers = X[["area m2", "rooms"]]; sold = y == "yes"',
      'adopt(xgboost.XGBClassifier(n_estimators=4).fit(numbers, sold), numbers, sold, name="is-sold", threshold=0.4)',
      'adopt(lightgbm.LGBMClassifier(n_estimators=8, verbose=-1).fit(categories, y), categories, y, name="sold")',
    ].join('\n'),
  );
  const [version] = await versionsOf(engine, 'price');
  const { signature } = await engine.call<{ signature: { inputs: { name: string; type: string }[] } }>('package.show', {
    reference: 'price@1',
  });
  expect(signature.inputs.map(({ name, type }) => [name, type])).toEqual([
    ['area m2', 'float64'],
    ['rooms', 'int64'],
    ['new', 'boolean'],
    ['kind', 'text'],
  ]);
  expect(version?.metrics.r2).toBeGreaterThan(0.8);
  const truths = await engine.call<{ signature: unknown }>('package.show', { reference: 'is-sold@1' });
  expect(truths.signature).toMatchObject({ classes: ['false', 'true'], threshold: 0.4 });
  expect((await versionsOf(engine, 'sold'))[0]?.task).toBe('binary');
});

test('a pipeline of scikit-learn is sent with what it does to texts and gaps', async (context) => {
  needsPackages(context, 'pandas', 'sklearn', 'skl2onnx');
  const { engine, run } = await notebook();
  await run(
    `${table}
from sklearn.pipeline import make_pipeline
from sklearn.compose import make_column_transformer
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
numbers = make_pipeline(SimpleImputer(), StandardScaler())
columns = make_column_transformer((numbers, ["area m2", "rooms"]), (OneHotEncoder(handle_unknown="ignore"), ["kind"]))`,
    'adopt(make_pipeline(columns, LogisticRegression()).fit(X, y), X, y, name="sold")',
  );
  expect((await versionsOf(engine, 'sold')).map(({ version, task, target }) => [version, task, target])).toEqual([
    [1, 'binary', 'sold'],
  ]);
});
