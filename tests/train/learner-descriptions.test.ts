import Type from 'typebox';
import { expect, test } from 'vitest';
import { baseline } from '../../engine/train/learners/baseline.ts';
import { describeLearner } from '../../engine/train/learners/describe.ts';
import { learners } from '../../engine/train/learners/learners.ts';
import { resolveParameters } from '../../engine/train/learners/parameters.ts';

test('a learner is described with everything its parameters take', () => {
  const { parameters } = describeLearner({
    ...baseline,
    parameters: Type.Object({
      rounds: Type.Integer({ default: 100, minimum: 1, maximum: 5000, description: 'Trees in a row.' }),
      rate: Type.Number({ default: 0.1, exclusiveMinimum: 0, description: 'Weight of a tree.' }),
      early: Type.Boolean({ default: true, description: 'Stops early.' }),
      loss: Type.Enum(['squared', 'absolute'], { default: 'squared', description: 'What is made small.' }),
      kind: Type.Union([Type.Literal('a'), Type.Literal('b')], { default: 'b', description: 'Either.' }),
      layers: Type.String({ default: '64-32', description: 'Widths.' }),
    }),
  });
  expect(parameters).toEqual([
    { name: 'rounds', kind: 'integer', default: 100, minimum: 1, maximum: 5000, description: 'Trees in a row.' },
    { name: 'rate', kind: 'number', default: 0.1, exclusiveMinimum: 0, description: 'Weight of a tree.' },
    { name: 'early', kind: 'boolean', default: true, description: 'Stops early.' },
    {
      name: 'loss',
      kind: 'choice',
      default: 'squared',
      choices: ['squared', 'absolute'],
      description: 'What is made small.',
    },
    { name: 'kind', kind: 'choice', default: 'b', choices: ['a', 'b'], description: 'Either.' },
    { name: 'layers', kind: 'text', default: '64-32', description: 'Widths.' },
  ]);
});

test('a parameter may be given to one learner alone, which holds over what is given to all', () => {
  const chosen = learners.filter(({ name }) => ['linear', 'trees', 'network'].includes(name));
  const resolved = resolveParameters(chosen, { 'trees.l2': 3, l2: 0.5 });
  const l2 = Object.fromEntries(chosen.map(({ name }, index) => [name, resolved[index]?.l2]));
  expect(l2).toEqual({ linear: undefined, trees: 3, network: 0.5 });
  expect(() => resolveParameters(chosen, { 'linear.l2': 1 })).toThrow(/no parameter "linear.l2"/);
  expect(() => resolveParameters(chosen, { 'forest.trees': 1 })).toThrow(/no parameter "forest.trees"/);
});

test('every learner says what each parameter does, and its defaults are what it takes', () => {
  for (const learner of learners) {
    const { parameters } = describeLearner(learner);
    expect(parameters.filter((one) => one.description === '')).toEqual([]);
    const defaults = Object.fromEntries(parameters.map((one) => [one.name, one.default]));
    expect(resolveParameters([learner])).toEqual([defaults]);
  }
});

test('a network of one layer is named by its number of units', () => {
  const network = learners.filter(({ name }) => name === 'network');
  for (const hidden of [64, '64', '128-64', 'auto'])
    expect(resolveParameters(network, { hidden })[0]?.hidden).toBe(hidden);
  for (const hidden of ['abc', '0', 0, 64.5, '64-']) {
    expect(() => resolveParameters(network, { hidden })).toThrow(
      'network: hidden must be auto or units of up to 8 layers, as 128-64 or those of one layer.',
    );
  }
});
