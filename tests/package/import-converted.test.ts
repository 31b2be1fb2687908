import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { OutputOf } from '../../engine/contract/call.ts';
import type { packageCalls } from '../../engine/contract/package.ts';
import { readForeignModel } from '../../engine/package/adopted/read-foreign-model.ts';
import { openPhases } from './open-registry.ts';

const fixture = (file: string) => new URL(`../fixtures/converted/${file}`, import.meta.url).pathname;

interface Case {
  rows: (number | null)[][];
  answers: number[][];
}

test.each([
  ['xgboost-logistic.json', 'binary'],
  ['lightgbm-2.3.1-multiclass.txt', 'multiclass'],
  ['xgboost-1.3.3-tweedie.json', 'regression'],
])('%s is taken in as an ONNX file is, and answers as its library', async (file, task) => {
  const all = JSON.parse(readFileSync(fixture(file.replace(/\.\w+$/, '.case.json')), 'utf8')) as Case;
  // A dataset has no infinite numbers.
  const areFinite = (values: readonly unknown[]) => values.every((value) => value === null || Number.isFinite(value));
  const kept = all.rows.flatMap((values, row) => (areFinite(values) ? [row] : []));
  const [rows, answers] = [kept.map((row) => all.rows[row] ?? []), kept.map((row) => all.answers[row] ?? [])];
  const { foreign } = readForeignModel(fixture(file));
  const names = foreign.features ?? rows[0]?.map((_, place) => `x${place}`) ?? [];
  const outputs = answers.map(([first = 0, ...others]) => {
    return task === 'binary' ? [1 - first, first] : [first, ...others];
  });
  const targets = outputs.map((values) => {
    return task === 'regression' ? (values[0] ?? 0) : values.indexOf(Math.max(...values));
  });
  const { engine, packages, addRows } = await openPhases();
  const lines = rows.map((values, row) => [...values.map((value) => value ?? ''), targets[row]].join(','));
  await addRows('rows', [[...names, 'target'].join(','), ...lines].join('\n'));
  const job = await packages.handlers.import({
    path: fixture(file),
    reference: 'rows',
    target: 'target',
    model: 'trees',
    answers: {
      rows: rows.map((values) => Object.fromEntries(values.map((value, place) => [names[place], value]))),
      outputs,
    },
  });
  const added = await engine.jobs.result<OutputOf<typeof packageCalls.import>>(job.id);
  expect(added.run).toMatchObject({ learner: 'adopted', task });
  expect(added.parity.max_abs_diff).toBeLessThan(1e-6);
});
