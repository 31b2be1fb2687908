import { describe, expect, test } from 'vitest';
import type { ErrorReport } from '../../engine/contract/errors.ts';
import type { LearnerParameter } from '../../engine/contract/train-learners.ts';
import { readWeight } from '../../renderer/train/form/class-weights.ts';
import { readOrder, roleChange, roleOf, rolesOf } from '../../renderer/train/form/column-roles.ts';
import { fieldOf, parameterFaults } from '../../renderer/train/form/error-fields.ts';
import { formColumns } from '../../renderer/train/form/form-columns.ts';
import { partnersOf } from '../../renderer/train/form/interactions.ts';
import { suspectsOf } from '../../renderer/train/form/leak-suspects.ts';
import { NewRun } from '../../renderer/train/form/new-run.svelte.ts';
import { describeLimits, readParameter } from '../../renderer/train/form/parameter-text.ts';
import { windowFaults, windowOf } from '../../renderer/train/form/row-window.ts';
import { columnsOfSplit, splitOf } from '../../renderer/train/form/split-choice.ts';
import { changedTerms } from '../../renderer/train/form/text-terms.ts';
import { trainingInput } from '../../renderer/train/form/training-input.ts';
import { isCrossed, sensitiveHint } from '../../renderer/train/sensitive-columns.ts';

const rate: LearnerParameter = {
  name: 'learning_rate',
  kind: 'number',
  description: 'Weight of a tree.',
  default: 0.1,
  exclusiveMinimum: 0,
  maximum: 1,
};
const learners = ['baseline', 'linear', 'trees'].map((name) => ({
  name,
  title: name,
  description: '',
  parameters: [],
}));

function report(parts: Partial<ErrorReport>): ErrorReport {
  return { code: 'train.invalid_parameter', kind: 'invalid', message: 'No.', hint: '', details: {}, ...parts };
}

describe('a parameter', () => {
  test('is read by what it takes', () => {
    expect(describeLimits(rate)).toBe('above 0, at most 1');
    expect(readParameter(rate, ' 0.05 ')).toEqual({ value: 0.05 });
    expect(readParameter(rate, '')).toEqual({});
    expect(readParameter(rate, '0').problem).toBe('It must be above 0, at most 1.');
    expect(readParameter(rate, 'much').problem).toBe('A number is needed here.');
    expect(readParameter({ ...rate, kind: 'integer' }, '0.5').problem).toBe('A whole number is needed here.');
    expect(readParameter({ ...rate, kind: 'text' }, '64-32')).toEqual({ value: '64-32' });
  });

  test('stands in the form until it is taken back', () => {
    const form = new NewRun();
    form.setParameter('trees', 'learning_rate', 0.05);
    form.setParameter('trees', 'leaves', undefined, { text: 'many', problem: 'A number is needed here.' });
    expect(form.changedParameters('trees')).toBe('1 changed, 1 wrong');
    expect(form.wrongText('trees', 'leaves')).toBe('many');
    expect(form.wrongParameter).toBe('trees, leaves: A number is needed here.');
    form.wantLearner('trees', false);
    expect(form.isFaulty).toBe(false);
    form.wantLearner('trees', true);
    expect(form.isFaulty).toBe(true);
    expect(form.parameterError('trees', 'leaves')).toBe('A number is needed here.');
    form.setParameter('trees', 'leaves', undefined);
    form.setParameter('trees', 'learning_rate', undefined);
    expect(form.parameters).toEqual({});
    expect(form.isFaulty).toBe(false);
  });
});

test('an error is shown at its field, and at its parameter', () => {
  expect(fieldOf({ code: 'train.target_constant' })).toBe('target');
  expect(fieldOf({ code: 'job.crashed' })).toBeUndefined();
  const faults = [{ parameter: 'C', message: 'must be above 0' }];
  const refused = report({ details: { learner: 'linear', faults } });
  expect(parameterFaults(refused, 'linear')).toEqual({ C: 'It must be above 0.' });
  expect(parameterFaults(refused, 'trees')).toEqual({});
  const form = new NewRun();
  form.refusal = report({ code: 'train.invalid_split', message: 'No such column.' });
  expect(form.errorAt('split')).toBe('No such column.');
  expect(form.otherRefusal).toBeUndefined();
  expect(form.isFaultyUnderMore).toBe(true);
  form.refusal = report({ code: 'train.target_constant' });
  expect(form.isFaultyUnderMore).toBe(false);
  form.refusal = report({ code: 'job.out_of_memory', message: 'Too large.' });
  expect(form.errorAt('split')).toBeUndefined();
  expect(form.otherRefusal?.message).toBe('Too large.');
});

describe('a split', () => {
  const wish = {
    kind: undefined,
    by: undefined,
    values: [],
    every: 5,
    other: undefined,
    holdout: 10,
    seed: 4,
    target: 'y',
  };
  const columns = [
    { name: 'store', type: 'text', distinct: 12 },
    { name: 'date', type: 'date', distinct: 900 },
    { name: 'one', type: 'text', distinct: 1 },
  ];

  test('follows the proposal until another is chosen', () => {
    const proposal = { kind: 'time' as const, by: 'date', holdout: 0.2 };
    expect(splitOf(wish, proposal)).toEqual({ kind: 'time', by: 'date', holdout: 0.1 });
    expect(splitOf({ ...wish, kind: 'random' }, proposal)).toEqual({ kind: 'random', holdout: 0.1, seed: 4 });
    expect(splitOf({ ...wish, kind: 'group' }, proposal)).toBeUndefined();
    expect(splitOf(wish, undefined)).toBeUndefined();
  });

  test('needs what its kind goes by', () => {
    expect(splitOf({ ...wish, kind: 'stratified' }, undefined)).toEqual({
      kind: 'stratified',
      by: 'y',
      holdout: 0.1,
      seed: 4,
    });
    expect(splitOf({ ...wish, kind: 'column', by: 'fold' }, undefined)).toBeUndefined();
    expect(splitOf({ ...wish, kind: 'column', by: 'fold', values: ['test'] }, undefined)).toEqual({
      kind: 'column',
      by: 'fold',
      values: ['test'],
    });
    expect(splitOf({ ...wish, kind: 'dataset' }, undefined)).toBeUndefined();
    expect(splitOf({ ...wish, kind: 'dataset', other: 'later@2' }, undefined)).toEqual({
      kind: 'dataset',
      reference: 'later@2',
    });
    expect(columnsOfSplit('time', columns)[0]?.name).toBe('date');
    expect(columnsOfSplit('group', columns).map(({ name }) => name)).toEqual(['store', 'date']);
    expect(columnsOfSplit('random', columns)).toEqual([]);
  });
});

describe('what is asked of the engine', () => {
  const context = {
    reference: 'sales@2',
    target: 'price',
    split: { kind: 'random' as const, holdout: 0.2, seed: 0 },
    chosen: ['baseline', 'linear', 'trees'],
    learners,
  };

  const proposed = { reference: 'sales@2', target: 'price', split: context.split, seed: 0 };

  test('leaves out whatever is as proposed', () => {
    expect(trainingInput(new NewRun(), context)).toEqual({ ...proposed, budget: { seconds: 60 } });
  });

  test('names the learners that are to be trained once: without them and a budget the engine searches', () => {
    const form = new NewRun();
    form.effort = 'once';
    expect(trainingInput(form, context)).toEqual({ ...proposed, learners: ['baseline', 'linear', 'trees'] });
  });

  test('holds everything that was chosen', () => {
    const form = new NewRun();
    form.effort = '5 min';
    form.search.limits.folds = '3';
    form.learnFrom('note', false);
    form.allow('age', true);
    form.setColumn('stars', { role: 'ordinal', order: ['low', 'high'] });
    form.setColumn('stars', { order: undefined });
    form.setParameter('trees', 'l2', 3);
    form.setParameter('linear', 'C', 2);
    form.targetTransform = 'log1p';
    form.weightColumn = 'weight';
    form.weighClasses('balanced');
    form.judgeBy('age', true);
    form.judgeBy('sex', true);
    form.judgeBy('origin', true);
    form.judgeBy('sex', false);
    form.setWindow({ column: 'day', from: '2024-01-31' });
    form.favourable = 'yes';
    form.decideLeaks(['paid'], ['sold_at']);
    const input = trainingInput(form, { ...context, chosen: ['trees'] });
    expect(input).toMatchObject({
      learners: ['trees'],
      budget: { seconds: 300 },
      folds: 3,
      exclude: ['note', 'sold_at'],
      allowPersonal: ['age'],
      columns: { stars: { role: 'ordinal' } },
      params: { 'trees.l2': 3 },
      targetTransform: 'log1p',
      weights: { column: 'weight', classes: 'balanced' },
      sensitive: ['age', 'origin'],
      window: { column: 'day', from: '2024-01-31T00:00:00.000Z' },
      favourable: 'yes',
      allowLeak: ['paid'],
    });
  });

  test('takes weights of classes where they are of one’s own', () => {
    const form = new NewRun();
    form.weighClass('yes', '4');
    form.weighClass('no', '');
    expect(trainingInput(form, context)).not.toHaveProperty('weights');
    form.weighClasses('own');
    expect(trainingInput(form, context).weights).toEqual({ classes: { yes: 4 } });
    form.weighClass('no', '-1');
    expect(readWeight('-1').problem).toBe('It must be at least 0.');
    expect(form.isFaulty).toBe(true);
    form.listClass('maybe');
    form.listClass('maybe');
    expect(form.moreClasses).toEqual(['maybe']);
    form.chooseTarget('other');
    expect(form.moreClasses).toEqual([]);
    expect(form.isFaulty).toBe(false);
    expect(trainingInput(form, context)).not.toHaveProperty('weights');
  });

  test('forgets what was said of other data and another target where the address leads there', () => {
    const form = new NewRun();
    form.about(undefined, undefined);
    form.judgeBy('age', true);
    form.about('sales', 'price');
    form.metric = 'mae';
    form.about('sales', undefined);
    form.about('sales', 'price');
    expect([form.sensitive, form.metric]).toEqual([['age'], 'mae']);
    form.about('sales', 'late');
    expect([form.sensitive, form.metric]).toEqual([['age'], undefined]);
    form.chooseTarget('late');
    form.followAddress();
    form.about('homes', 'late');
    expect([form.sensitive, form.target]).toEqual([[], undefined]);
  });

  test('forgets what was said of the columns of another dataset', () => {
    const form = new NewRun();
    form.learnFrom('note', false);
    form.weightColumn = 'weight';
    form.setColumn('stars', { role: 'ordinal' });
    form.judgeBy('age', true);
    form.setWindow({ column: 'day', to: '2024' });
    form.chooseData('other');
    const input = trainingInput(form, { ...context, split: undefined });
    expect(Object.keys(input).sort()).toEqual(['budget', 'reference', 'seed', 'target']);
  });
});

test('rows are used from one time up to another', () => {
  const wish = { column: 'day', from: '2024-01-31', to: '2024-06-30 12:30' };
  expect(windowOf(wish)).toEqual({ column: 'day', from: '2024-01-31T00:00:00.000Z', to: '2024-06-30T12:30:00.000Z' });
  expect(windowOf({ ...wish, from: '', to: ' ' })).toBeUndefined();
  expect(windowOf({ ...wish, column: undefined })).toBeUndefined();
  expect(windowFaults(wish)).toEqual({});
  expect(windowFaults({ ...wish, to: '2024-01-31' })).toEqual({ to: 'It must be after the first.' });
  expect(windowFaults({ ...wish, from: '2024-02-30', to: 'May' })).toEqual({
    from: 'A date is needed here, such as 2024-01-31.',
    to: 'A date is needed here, such as 2024-01-31.',
  });
  const form = new NewRun();
  form.setWindow({ column: 'day', from: '31.1.2024' });
  expect(form.isFaultyUnderMore).toBe(true);
  form.setWindow({ column: undefined });
  expect(form.isFaulty).toBe(false);
});

test('fairness is judged by columns alone and two together', () => {
  expect(sensitiveHint(['age', 'sex'])).toBe('each alone, and every two together');
  expect(sensitiveHint(['a', 'b', 'c', 'd', 'e'])).toBe('each alone');
  const judged = ['age', 'sex', 'age+sex', 'age+origin', 'c++'];
  expect(judged.filter((by) => !isCrossed(by, judged))).toEqual(['age', 'sex', 'age+origin', 'c++']);
  const form = new NewRun();
  form.judgeBy('age', true);
  form.judgeBy('sex', true);
  form.chooseTarget('sex');
  expect(form.sensitive).toEqual(['age']);
});

test('columns are listed with what the engine proposes and why it leaves one out', () => {
  const profile = ['id', 'age', 'y', 'constructor'].map((name) => ({ name, type: 'int64', distinct: 5, missing: 0 }));
  const warnings = [{ code: 'train.left_out', message: '"id" is left out.', column: 'id' }];
  const listed = formColumns(profile as never, 'y', ['age', 'constructor'], warnings, { age: 'sensitive' });
  expect(listed.map(({ name, proposed, mark, remark }) => [name, proposed, mark, remark])).toEqual([
    ['id', false, undefined, '"id" is left out.'],
    ['age', true, 'sensitive', ''],
    ['constructor', true, undefined, ''],
  ]);
  expect(rolesOf('text')[0]?.value).toBe(roleOf('text', undefined));
  expect(rolesOf('float64').map(({ value }) => value)).toEqual(['numeric', 'categorical']);
  expect(readOrder('low, high, low')).toEqual(['low', 'high']);
  expect(readOrder('low')).toBeUndefined();
});

test('another role of a column takes back the settings that it does not heed', () => {
  const form = new NewRun();
  form.setColumn('stars', { role: 'ordinal', order: ['low', 'high'], scale: 'robust' });
  form.setColumn('stars', roleChange('text', 'text', form.columns.stars));
  expect(form.columns.stars).toEqual({ role: 'text' });
  form.setColumn('age', { scale: 'robust', indicator: true });
  form.setColumn('age', roleChange('int64', 'categorical', form.columns.age));
  expect(form.columns.age).toEqual({ role: 'categorical' });
  form.setColumn('age', roleChange('int64', 'numeric', form.columns.age));
  expect(form.columns.age).toBeUndefined();
});

test('suspected leaks are asked about one by one, with what speaks for them', () => {
  const details = {
    columns: ['paid', 'sold_at', 'paid'],
    findings: [{ code: 'gives_target_away', columns: ['paid'], evidence: 'AUC 0.999 alone.' }],
  };
  expect(suspectsOf(report({ code: 'train.suspected_leak', details }))).toEqual([
    { column: 'paid', why: 'AUC 0.999 alone.' },
    { column: 'sold_at', why: '' },
  ]);
  expect(suspectsOf(report({}))).toEqual([]);
});

describe('columns together', () => {
  const column = (name: string, type: 'int64' | 'float64' | 'text' | 'boolean' | 'date') => {
    return { name, type, distinct: 9, missing: 0, proposed: true, remark: '' };
  };
  const price = column('price', 'float64');
  const columns = [
    price,
    column('rooms', 'int64'),
    column('zone', 'int64'),
    column('city', 'text'),
    column('pool', 'boolean'),
    column('built', 'date'),
  ];
  const settings = { zone: { role: 'categorical' } } as const;
  const names = (of: readonly { name: string }[]) => of.map(({ name }) => name);

  test('are two numbers or two categories, each pair once', () => {
    expect(names(partnersOf(price, columns, settings, []))).toEqual(['rooms']);
    expect(names(partnersOf(price, columns, settings, [['rooms', 'price']]))).toEqual([]);
    expect(names(partnersOf(column('city', 'text'), columns, settings, []))).toEqual(['zone', 'pool']);
    expect(names(partnersOf(column('note', 'text'), columns, { note: { role: 'text' } }, []))).toEqual([]);
  });

  test('are asked for, and given up with the target or the data', () => {
    const form = new NewRun();
    form.chooseData('homes');
    form.chooseTarget('pool');
    form.combine(['price', 'rooms']);
    form.combine(['city', 'zone']);
    const context = { reference: 'homes', target: 'pool', split: undefined, chosen: ['linear'], learners };
    expect(trainingInput(form, context).interactions).toEqual([
      ['price', 'rooms'],
      ['city', 'zone'],
    ]);
    form.chooseTarget('price');
    expect(form.interactions).toEqual([['city', 'zone']]);
    form.resetColumns();
    expect(trainingInput(form, context)).not.toHaveProperty('interactions');
  });
});

test('the lengths of terms keep their order', () => {
  expect(changedTerms(undefined, { shortest: 2 })).toEqual({ shortest: 2, longest: 2 });
  expect(changedTerms({ shortest: 1, longest: 2 }, { shortest: 3 })).toEqual({ shortest: 3, longest: 3 });
  expect(changedTerms({ shortest: 2, longest: 3 }, { longest: 1 })).toEqual({ shortest: 1, longest: 1 });
  expect(changedTerms({ shortest: 2, longest: 3 }, { longest: undefined })).toBeUndefined();
});
