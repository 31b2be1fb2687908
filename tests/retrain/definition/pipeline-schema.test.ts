import { Compile } from 'typebox/schema';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { pipelineJsonSchema } from '../../../engine/retrain/definition/pipeline-schema.ts';

const validator = Compile(pipelineJsonSchema());
const fits = (steps: string) => validator.Check(parse(`format: 1\npipeline: p\nsteps:\n${steps}`));

test(`the schema for editors takes steps of each kind, and \${name} where a value is wanted`, () => {
  expect(
    fits(
      `  - {name: a, kind: fetch, dataset: x}\n  - {name: b, kind: train, data: a, window: "\${w}", seed: "\${s}"}\n`,
    ),
  ).toBe(true);
  expect(fits(`  - {name: b, kind: train, data: a, window: 30d, timeout: "\${t}", matrix: {seed: [1, 2]}}\n`)).toBe(
    true,
  );
});

test(`\${name} stands for values within a member, too`, () => {
  expect(
    fits(`  - {name: a, kind: split, data: x, split: {kind: every-nth, every: "\${n}"}, retry: {times: "\${n}"}}\n`),
  ).toBe(true);
  expect(fits(`  - {name: g, kind: gate, comparison: c, fairness: {column: a, difference: "\${d}"}}\n`)).toBe(true);
});

test.each([
  ['an unknown kind', '  - {name: a, kind: fetsch, dataset: x}\n'],
  ['a member of another kind', '  - {name: a, kind: fetch, dataset: x, window: 30d}\n'],
  ['a missing input', '  - {name: a, kind: train}\n'],
  ['a duration without its unit', '  - {name: a, kind: train, data: b, window: "30"}\n'],
  ['an unknown member of a member', '  - {name: g, kind: gate, comparison: c, golden: {dataset: x, tolerence: 5}}\n'],
  ['a reference where the graph is made', `  - {name: a, kind: train, data: "\${b}"}\n`],
])('the schema for editors refuses %s', (_, steps) => {
  expect(fits(steps)).toBe(false);
});
