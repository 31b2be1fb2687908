import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { OutputOf } from '../../engine/contract/call.ts';
import type { packageCalls } from '../../engine/contract/package.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { openPhases } from './open-registry.ts';

const folder = join(import.meta.dirname, '../fixtures/converted');

interface Fixture {
  columns: string[];
  rows: (number | string | null)[][];
  answers: number[][];
}

/** Rows of training with the library's answers: those at the splits stand behind them. */
function fixture(name: string, columns: string[]): Fixture {
  const { rows, answers } = JSON.parse(readFileSync(join(folder, `${name}.case.json`), 'utf8')) as Fixture;
  return { columns, rows: rows.slice(0, 20), answers: answers.slice(0, 20) };
}

/** A table whose target is what the model says, four times over, so that there are rows on both sides of a split. */
function tableOf({ columns, rows, answers }: Fixture, targetOf: (answer: number[]) => number): string {
  const lines = rows.map((row, place) =>
    [...row.map((cell) => cell ?? ''), targetOf(answers[place] as number[])].join(),
  );
  return `${[...columns, 'target'].join()}\n${[...lines, ...lines, ...lines, ...lines].join('\n')}\n`;
}

const plain = ['x0', 'x1', 'x2', 'x3'];
const largest = (answer: number[]) => answer.indexOf(Math.max(...answer));

test.for([
  ['xgboost-logistic.json', plain, 'binary', ([answer = 0]: number[]) => Number(answer > 0.5)],
  ['xgboost-names.ubj', ['a', 'b c', 'naïve', 'd', 'e'], 'regression', ([answer = 0]: number[]) => answer],
  ['lightgbm-names.txt', ['a', 'b c', 'naïve', 'd', 'e'], 'regression', ([answer = 0]: number[]) => answer],
  // Its probabilities do not sum to 1, and are no scores for that.
  ['lightgbm-ova.txt', plain, 'multiclass', largest],
] as const)(
  '%s is imported by its columns, with the answers of its library',
  async ([file, columns, task, targetOf]) => {
    const { engine, data, packages } = await openPhases();
    const given = fixture(file.replace(/\.\w+$/, ''), [...columns]);
    const table = join(temporaryFolder(), 'rows.csv');
    writeFileSync(table, tableOf(given, targetOf));
    await engine.jobs.result((await data.handlers.add({ name: 'rows', files: [table] })).id);
    const outputs = given.answers.map((answer) =>
      task === 'binary' ? [1 - (answer[0] ?? 0), answer[0] ?? 0] : answer,
    );
    const rows = given.rows.map((row) => Object.fromEntries(row.map((cell, place) => [given.columns[place], cell])));
    const job = await packages.handlers.import({
      path: join(folder, file),
      reference: 'rows',
      target: 'target',
      model: 'converted',
      answers: { rows, outputs },
    });
    const version = await engine.jobs.result<OutputOf<typeof packageCalls.import>>(job.id);
    expect(version.signature.task).toBe(task);
    expect(version.signature.inputs.map(({ name }) => name)).toEqual(columns);
    expect(version.mapping.output.form).toBe(task === 'regression' ? 'prediction' : 'probabilities');
  },
);
