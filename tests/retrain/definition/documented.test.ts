import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { stepFacts, stepKindNames } from '../../../engine/contract/retrain-pipeline.ts';
import { readPipeline } from '../../../engine/retrain/definition/read-pipeline.ts';

const page = readFileSync('docs/retrain.md', 'utf8');

test('the example of the docs has no faults', () => {
  const [, example = ''] = /\n( {4}format: 1\n(?: {4}.*\n|\n)+)/.exec(page) ?? [];
  expect(readPipeline(example.replaceAll(/^ {4}/gm, ''))).toMatchObject({ name: 'ridership' });
});

test('the docs name every kind of step', () => {
  const rows = [...page.matchAll(/^\| ((?:`[a-z]+` ?)+)\|.*\|.*\|$/gm)].flatMap(
    ([, names = '']) => names.match(/[a-z]+/g) ?? [],
  );
  expect(rows).toEqual(expect.arrayContaining(stepKindNames));
});

test('the docs name every fact that conditions may ask for', () => {
  const rows = [...page.matchAll(/^\| ((?:`[a-z]+` ?)+)\| (.*) \|.*\|$/gm)];
  for (const [kind, { names }] of Object.entries(stepFacts)) {
    const texts = rows.filter(([, kinds = '']) => kinds.includes(`\`${kind}\``)).map(([, , facts = '']) => facts);
    const told = texts.join(' ').replace('each with `_low` and `_high`; `gain`', '`gain` `gain_low` `gain_high`');
    for (const name of names) expect(told, kind).toContain(`\`${name}\``);
  }
});
