import { describe, expect, test } from 'vitest';
import type { ErrorReport } from '../../engine/contract/errors.ts';
import type { LearnerDescription } from '../../engine/contract/train-learners.ts';
import type { SearchSpace } from '../../engine/contract/train-sweeps.ts';
import { NewRun } from '../../renderer/train/form/new-run.svelte.ts';
import {
  modesOf,
  type ParameterSearch,
  proposedSearch,
  readSearch,
} from '../../renderer/train/form/search/parameter-search.ts';
import { searchInput } from '../../renderer/train/form/search/search-input.ts';
import { searchProblem, searchWords } from '../../renderer/train/form/search/search-words.ts';
import { combinationWords, countWords, searchedLearners } from '../../renderer/train/form/search/searched-learners.ts';

const rate = { name: 'rate', kind: 'number', description: '', default: 0.1, exclusiveMinimum: 0, maximum: 1 } as const;
const leaves = { name: 'leaves', kind: 'integer', description: '', default: 31, minimum: 2 } as const;
const cuts = { name: 'cuts', kind: 'boolean', description: '', default: false } as const;
const loss = { name: 'loss', kind: 'choice', description: '', default: 'a', choices: ['a', 'b'] } as const;
const hidden = { name: 'hidden', kind: 'text', description: '', default: 'auto' } as const;

const learners: LearnerDescription[] = [
  { name: 'baseline', title: 'Baseline', description: '', parameters: [] },
  { name: 'linear', title: 'Linear', description: '', parameters: [rate] },
  {
    name: 'trees',
    title: 'Trees',
    description: '',
    parameters: [rate, leaves, cuts, { ...loss, choices: [...loss.choices] }],
  },
];
const spaces: Record<string, SearchSpace> = {
  linear: { rate: { kind: 'number', low: 0.01, high: 1, scale: 'log' } },
  trees: {
    rate: { kind: 'number', low: 0.01, high: 0.3 },
    leaves: { kind: 'integer', low: 4, high: 64, scale: 'log' },
  },
};
const context = { reference: 'sales', target: 'price', split: undefined, chosen: [], learners };

function wantedIn(form: NewRun) {
  return searchedLearners(form, learners, spaces).filter(({ learner }) => !form.unwanted.has(learner.name));
}

function inputOf(form: NewRun) {
  return searchInput(form, context, wantedIn(form));
}

function range(low: string, high: string, scale: ParameterSearch['scale'] = 'linear'): ParameterSearch {
  return { mode: 'range', low, high, scale, values: '' };
}

function list(values: string): ParameterSearch {
  return { ...range('', ''), mode: 'list', values };
}

describe('a parameter', () => {
  test('is searched as the learner proposes, or around its default once it is asked for', () => {
    expect(proposedSearch(leaves, { kind: 'integer', low: 4, high: 64, scale: 'log' })).toEqual({
      ...range('4', '64', 'log'),
      values: '31',
    });
    expect(proposedSearch(leaves, undefined)).toEqual({
      mode: 'fixed',
      low: '16',
      high: '62',
      scale: 'linear',
      values: '31',
    });
    expect(proposedSearch(rate, undefined)).toMatchObject({ low: '0.05', high: '0.2' });
    expect(proposedSearch({ ...rate, default: 0.8 }, undefined)).toMatchObject({ low: '0.4', high: '1' });
    expect(proposedSearch({ ...leaves, default: 0, minimum: 0 }, undefined)).toMatchObject({ low: '0', high: '1' });
    expect(proposedSearch(cuts, { kind: 'choice', values: [false, true] })).toEqual(list('false, true'));
    expect(modesOf(rate).map(({ value }) => value)).toEqual(['fixed', 'range', 'list']);
    expect(modesOf(hidden).map(({ value }) => value)).toEqual(['fixed', 'list']);
  });

  test('is read as the engine takes it', () => {
    expect(readSearch(rate, range(' 0.01', '1', 'log')).range).toEqual({
      kind: 'number',
      low: 0.01,
      high: 1,
      scale: 'log',
    });
    expect(readSearch(leaves, range('4', '64')).range).toEqual({ kind: 'integer', low: 4, high: 64 });
    expect(readSearch(leaves, list('31, 15,31')).range).toEqual({ kind: 'choice', values: [31, 15] });
    expect(readSearch(cuts, list('false, true')).range).toEqual({ kind: 'choice', values: [false, true] });
    expect(readSearch(hidden, list('auto, 64-32')).range).toEqual({ kind: 'choice', values: ['auto', '64-32'] });
    expect(readSearch(rate, { ...range('x', 'x'), mode: 'fixed' })).toEqual({ faults: {} });
  });

  test.each([
    ['nothing', leaves, range('', '64'), { low: 'A number is needed here.' }],
    ['a fraction of a whole number', leaves, range('4', '6.5'), { high: 'A whole number is needed here.' }],
    [
      'what the parameter does not take',
      rate,
      range('0', '7'),
      { low: 'It must be above 0, at most 1.', high: 'It must be above 0, at most 1.' },
    ],
    [
      'an end before the beginning',
      leaves,
      range('9', '4'),
      { high: 'It must be at least 9, where the range begins.' },
    ],
    [
      'a logarithmic scale from 0',
      { ...rate, exclusiveMinimum: undefined, minimum: 0 },
      range('0', '1', 'log'),
      { low: 'Begin above 0, or make the scale linear.' },
    ],
    ['an empty list', leaves, list(' , '), { values: 'Name at least one value.' }],
    ['a word among numbers', leaves, list('3, many'), { values: 'many: A number is needed here.' }],
  ])('says what to do about %s', (_, parameter, search, faults) => {
    expect(readSearch(parameter, search)).toEqual({ faults });
  });
});

describe('what is asked of the engine', () => {
  test('leaves ranges to the learners until one is changed', () => {
    expect(inputOf(new NewRun())).toEqual({
      reference: 'sales',
      target: 'price',
      seed: 0,
      method: 'tpe',
      learners: ['baseline', 'linear', 'trees'],
    });
  });

  test('holds everything that was chosen', () => {
    const form = new NewRun();
    form.wantLearner('baseline', false);
    form.setSearch('trees', 'rate', range('0.1', '0.5'));
    form.setSearch('trees', 'leaves', { ...range('4', '64'), mode: 'fixed' });
    form.setParameter('trees', 'leaves', 15);
    form.setSearch('trees', 'cuts', list('false, true'));
    Object.assign(form.search.limits, {
      trials: '4',
      minutes: '0.5',
      points: '3',
      folds: '3',
      repeats: '2',
      cores: '1',
      memory: '512',
    });
    form.search.method = 'grid';
    form.search.halving = true;
    form.search.blend = true;
    expect(inputOf(form)).toMatchObject({
      learners: ['linear', 'trees'],
      method: 'grid',
      points: 3,
      spaces: {
        trees: { rate: { kind: 'number', low: 0.1, high: 0.5 }, cuts: { kind: 'choice', values: [false, true] } },
      },
      params: { 'trees.leaves': 15 },
      halving: true,
      blend: true,
      budget: { trials: 4, seconds: 30 },
      folds: 3,
      repeats: 2,
      caps: { cores: 1, memory: 512 },
    });
  });

  test('holds nothing of what is not meant any more', () => {
    const form = new NewRun();
    form.search.limits.points = '3';
    form.setParameter('linear', 'rate', 0.5);
    form.setSearch('linear', 'rate', range('0.1', '0.5'));
    form.setSearch('trees', 'rate', range('0.1', '0.5'));
    form.wantLearner('trees', false);
    expect(inputOf(form)).not.toHaveProperty('points');
    expect(inputOf(form)).not.toHaveProperty('params');
    expect(Object.keys(inputOf(form).spaces ?? {})).toEqual(['linear']);
    form.chooseTarget('late');
    expect(inputOf(form)).not.toHaveProperty('spaces');
    form.search.limits.trials = '3';
    form.resetSearch();
    expect(inputOf(form)).toEqual(inputOf(new NewRun()));
  });

  test('a value that was given fixes the parameter', () => {
    const form = new NewRun();
    form.setParameter('linear', 'rate', 0.5);
    expect(wantedIn(form)[1]?.parameters[0]?.search.mode).toBe('fixed');
    expect(inputOf(form)).toMatchObject({ params: { 'linear.rate': 0.5 } });
    form.setParameter('linear', 'rate', undefined, { text: 'x', problem: 'A number is needed here.' });
    expect(wantedIn(form)[1]?.parameters[0]?.search.mode).toBe('fixed');
    form.effort = 'own';
    expect([form.isFaulty, form.isFaultyUnderMore]).toEqual([true, false]);
  });
});

test('a search is told in words, a grid with its size', () => {
  const form = new NewRun();
  const { search } = form;
  expect(searchWords(search, wantedIn(form))).toBe('TPE, 20 trials');
  search.limits.minutes = '90';
  expect(searchWords(search, wantedIn(form))).toBe('TPE, 1 h 30 min');
  search.limits.minutes = '';
  search.method = 'grid';
  search.limits.points = '4';
  expect(searchWords(search, wantedIn(form))).toBe('Grid, 21 combinations');
  expect(combinationWords(wantedIn(form), search.points)).toBe('21 combinations: baseline 1, linear 4, trees 16');
  expect(wantedIn(form).map(countWords)).toEqual(['', '1 searched', '2 searched, 2 fixed']);
});

test('what is wrong keeps the search from its start, at the first place', () => {
  const form = new NewRun();
  expect(searchProblem(form.search, wantedIn(form))).toBeUndefined();
  form.search.limits.memory = '100';
  expect(searchProblem(form.search, wantedIn(form))).toBe('Memory, MB: It must be at least 256.');
  form.setSearch('trees', 'leaves', range('9', '4'));
  expect(searchProblem(form.search, wantedIn(form))).toMatch(/^trees, leaves: It must be at least 9/);
  form.wantLearner('trees', false);
  form.search.limits.memory = '';
  expect(searchProblem(form.search, wantedIn(form))).toBeUndefined();
  form.search.limits.points = 'x';
  expect(searchProblem(form.search, wantedIn(form))).toBeUndefined();
  form.search.method = 'grid';
  expect(searchProblem(form.search, wantedIn(form))).toMatch(/^Values of a range/);
  expect(searchProblem(form.search, [])).toBe('Choose a learner.');
});

test('what the engine says of a range stands at its parameter', () => {
  const form = new NewRun();
  const details = { learner: 'trees', parameter: 'rate' };
  form.refusal = { code: 'train.invalid_space', kind: 'invalid', message: 'No.', hint: '', details } as ErrorReport;
  expect(form.rangeError('trees', 'rate')).toBe('No.');
  expect(form.rangeError('linear', 'rate')).toBeUndefined();
  expect(form.errorAt('search')).toBe('No.');
  expect(form.isFaultyUnderMore).toBe(false);
  form.setSearch('trees', 'rate', range('0.1', '0.5'));
  expect(form.rangeError('trees', 'rate')).toBeUndefined();
});
