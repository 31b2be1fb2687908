import { expect, test } from 'vitest';
import { GalleyError } from '../../../engine/base/errors.ts';
import type { RunField } from '../../../engine/contract/train-tracking.ts';
import { readFilter } from '../../../engine/train/tracking/filter/complete.ts';
import { FilterFault } from '../../../engine/train/tracking/filter/fault.ts';
import { parseField, parseFilter, parseOrder } from '../../../engine/train/tracking/filter/parse.ts';
import { RunList } from '../../../engine/train/tracking/run-list.ts';
import { storedRuns } from './stored-runs.ts';

/** Runs 1 to 8: rmse 8 … 1; alpha 1 to 8 as numbers; layers as texts; odd ones of team sales; 8 without rmse. */
function eightRuns() {
  const { store, database } = storedRuns(8, (run, index) => ({
    ...run,
    metrics: { rmse: index === 7 ? null : 8 - index, r2: index / 10, 'p95/ms': index },
    recipe: {
      ...run.recipe,
      learner: index % 2 === 0 ? 'linear' : 'trees',
      parameters: { alpha: index + 1, layers: `${index}-${index}`, ...(index > 4 ? { deep: true } : {}) },
    },
  }));
  store.facts.tag([1, 3, 5, 7], { team: 'Sales', 'my tag': '10' });
  store.facts.tag([2], { team: 'ÉTÉ' });
  store.facts.rename(3, 'the *best* one_');
  store.facts.note(4, 'left out May');
  const list = new RunList(database);
  return {
    list,
    store,
    found: (filter: string, sort = ['number']) => list.select({ filter, sort }),
  };
}

test('a filter finds the runs it describes', () => {
  const { found } = eightRuns();
  const cases: [string, number[]][] = [
    ['', [1, 2, 3, 4, 5, 6, 7, 8]],
    ['metrics.rmse < 3', [7]],
    ['metrics.rmse <= 3.0e0 and METRICS.r2 >= .5', [6, 7]],
    ['metric.rmse != 8', [2, 3, 4, 5, 6, 7]],
    ['metrics.rmse = -1', []],
    ['metrics.rmse IS NULL', [8]],
    ['metrics.rmse is not null AND params.deep IS NOT NULL', [6, 7]],
    ['params.alpha = "1"', [1]],
    ['params.alpha = "1.0"', [1]],
    ['params.alpha = 1', [1]],
    ["params.alpha IN ('2', '3', '30')", [2, 3]],
    ['params.alpha NOT IN (1, 2, 3, 4, 5, 6)', [7, 8]],
    ['params.alpha > 6', [7, 8]],
    ["parameters.layers = '2-2'", [3]],
    ["params.layers LIKE '_-3'", [4]],
    ["params.deep = 'true'", [6, 7, 8]],
    ["tags.team = 'Sales'", [1, 3, 5, 7]],
    ["tags.team = 'sales'", []],
    ["tags.team LIKE 's%'", []],
    ["tags.team ILIKE 's%'", [1, 3, 5, 7]],
    ["tags.team ILIKE 'été'", [2]],
    ["tags.team NOT LIKE 'S%'", [2, 4, 6, 8]],
    ["tags.team != 'Sales'", [2]],
    ['tags.`my tag` = "10" AND tags."my tag" > 9', [1, 3, 5, 7]],
    ['metrics.`p95/ms` >= 6', [7, 8]],
    ["learner = 'trees' AND attributes.number > 4", [6, 8]],
    ["run.run_name = 'the *best* one_'", [3]],
    ["attributes.name LIKE '%*best* one%'", [3]],
    ["attributes.name LIKE '*'", []],
    ['attributes.name IS NULL AND number < 4', [1, 2]],
    ["NOT attributes.name LIKE 'the%' AND number < 4", [1, 2]],
    ["status = 'FINISHED' and number = 1", [1]],
    ["datasets.name = 'prices' AND datasets.digest LIKE 'sha256:%' AND number IN (1, 2)", [1, 2]],
    ["start_time >= '2025-01-01T00:00:05Z'", [6, 7, 8]],
    [`attributes.created < ${Date.UTC(2025, 0, 1) + 2000}`, [1, 2]],
    ["note ILIKE '%may%'", [4]],
    ['number = 1 OR number = 2 AND metrics.rmse = 0', [1]],
    ['(number = 1 OR number = 2) AND NOT (metrics.rmse = 8)', [2]],
    ["params.layers = '; DROP TABLE runs; --'", []],
    ["params.layers = 'it''s'", []],
  ];
  for (const [filter, numbers] of cases) expect([filter, found(filter)]).toEqual([filter, numbers]);
});

test('runs stand in the order asked for, those without a value last', () => {
  const { found } = eightRuns();
  expect(found('', ['metrics.rmse'])).toEqual([7, 6, 5, 4, 3, 2, 1, 8]);
  expect(found('', ['metrics.rmse DESC'])).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(found('', ['attributes.learner DESC', 'params.alpha ASC'])).toEqual([2, 4, 6, 8, 1, 3, 5, 7]);
  expect(found('', ['tags.team'])).toEqual([7, 5, 3, 1, 2, 8, 6, 4]);
  expect(found('', [])).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
});

test('words are searched in what a run is called, made of and noted with', () => {
  const { list, store } = eightRuns();
  const search = (words: string) => list.select({ search: words, sort: ['number'] });
  expect(search('SALES linear')).toEqual([1, 3, 5, 7]);
  expect(search('may')).toEqual([4]);
  expect(search('alpha=3')).toEqual([3]);
  expect(search('été')).toEqual([2]);
  store.facts.note(4, '');
  expect(search('may')).toEqual([]);
  store.facts.untag([1, 3, 5, 7], ['team']);
  expect(search('sales')).toEqual([]);
});

const faults: [string, number, string][] = [
  [
    'metrics.rmse',
    13,
    'expected a comparison after metrics.rmse: =, !=, <, <=, >, >=, LIKE, ILIKE, IN or IS NULL, found the end',
  ],
  ['metrics.rmse < abc', 16, 'expected a number to compare metrics.rmse with, found "abc"'],
  ["metrics.rmse < '1'", 16, "expected a number to compare metrics.rmse with, found the text '1'"],
  ["metrics.rmse LIKE 'a'", 19, 'LIKE compares texts, metrics.rmse is a number'],
  ['metrics.rmse < 1 metrics.r2 > 2', 18, 'expected AND, OR or the end, found "metrics"'],
  [
    'metrics. < 1',
    10,
    'expected a name; one with other signs than letters, digits and _ stands in backticks, found "<"',
  ],
  ['metricks.rmse < 1', 1, '"metricks" is not a kind of field; expected metrics'],
  ['attributes.lerner = 1', 12, 'runs have no attribute "lerner". Did you mean "learner"?'],
  ['learner = linear', 11, 'expected a text in quotes for attributes.learner, found "linear"'],
  ["learner < 'a'", 11, 'attributes.learner is a text, which < does not compare'],
  ["params.alpha < '1'", 16, "expected a number to compare params.alpha with, found the text '1'"],
  ["tags.team = 'sales", 13, "the quote ' that begins here does not end"],
  ['(number = 1', 12, 'expected AND, OR or ), found the end'],
  ['number = 1)', 11, 'expected AND, OR or the end, found ")"'],
  ['number IN 1', 11, "expected a list in brackets, such as ('a', 'b'), found \"1\""],
  ['number NOT = 1', 12, 'expected IN, LIKE or ILIKE, found "="'],
  ['number IS 1', 11, 'expected NULL or NOT NULL, found "1"'],
  [
    "start_time > 'May'",
    14,
    "expected a time for attributes.start_time, such as '2026-11-28' or milliseconds since 1970, found the text 'May'",
  ],
  ['number > 1e999', 10, '1e999 is too large a number'],
  ['number = 1; DROP TABLE runs', 11, '";" has no meaning here'],
  ['AND', 1, 'runs have no attribute "AND"'],
  [`${'('.repeat(60)}number = 1`, 42, 'brackets are nested too deep'],
  [`${'NOT '.repeat(60)}number = 1`, 165, 'NOT is repeated too often'],
  [`learner LIKE '${'%a'.repeat(20)}'`, 14, 'a pattern has at most 12 %'],
  [Array.from({ length: 101 }, () => 'number=1').join(' OR '), 1201, 'a filter has at most 100 tests'],
];

test.each(faults)('%s: the fault is named with its place', (filter, character, message) => {
  const thrown = faultOf(() => parseFilter(filter));
  expect(thrown.sentence).toContain(`At character ${character}: ${message}`);
});

test('a call tells the fault as an error with its place', () => {
  const { list } = eightRuns();
  const error = errorOf(() => list.select({ filter: 'metrics.rmse < x' }));
  expect(error).toMatchObject({ code: 'train.invalid_filter', details: { position: 15, length: 1 } });
  expect(error.message).toContain('At character 16: expected a number');
  expect(errorOf(() => list.select({ sort: ['metrics.rmse UP'] }))).toMatchObject({ code: 'train.invalid_order' });
  expect(errorOf(() => list.page({ columns: ['bogus'] }))).toMatchObject({ code: 'train.invalid_order' });
});

test('orders and columns have the grammar of fields', () => {
  expect(parseOrder('metrics.rmse DESC')).toEqual({
    field: { entity: 'metrics', name: 'rmse', type: 'number' },
    descending: true,
  });
  expect(parseOrder('attr.created')).toMatchObject({ field: { name: 'start_time' }, descending: false });
  expect(parseField('tags.a.b')).toMatchObject({ entity: 'tags', name: 'a.b' });
  expect(parseField('params.`a``b`')).toMatchObject({ name: 'a`b' });
});

const fields: RunField[] = [
  { field: 'metrics.rmse', entity: 'metrics', name: 'rmse', type: 'number', runs: 3 },
  { field: 'metrics.`p95/ms`', entity: 'metrics', name: 'p95/ms', type: 'number', runs: 1 },
  { field: 'params.alpha', entity: 'params', name: 'alpha', type: 'number', runs: 3 },
  { field: 'tags.team', entity: 'tags', name: 'team', type: 'text', runs: 2, values: ['sales', "o'neill"] },
];

test.each([
  ['', 'metrics.rmse', 0],
  ['met', 'metrics.rmse', 0],
  ['rm', 'metrics.rmse', 0],
  ['metrics.p9', 'metrics.`p95/ms`', 0],
  ['metrics.rmse ', '<', 13],
  ['metrics.rmse < 1 ', 'AND', 17],
  ['metrics.rmse < 1 an', 'AND', 17],
  ['metrics.rmse < 1 AND al', 'params.alpha', 21],
  ['tags.team = ', "'sales'", 12],
  ["tags.team = 'o", "'o''neill'", 12],
  ["tags.team IN ('sales', ", "'sales'", 23],
  ['(attributes.lea', 'attributes.learner', 1],
])('after "%s" stands %s', (text, item, from) => {
  const { completions } = readFilter(text, text.length, fields);
  expect([completions.items[0]?.text, completions.from]).toEqual([item, from]);
});

test('completions stop where the filter is wrong or the word is whole; the rest of the word is replaced', () => {
  expect(readFilter('metrics.rmse < abc AND ', 23, fields).completions.items).toEqual([]);
  expect(readFilter('params.alpha', 12, fields).completions.items).toEqual([]);
  expect(readFilter('par = 1', 2, fields).completions).toMatchObject({ from: 0, to: 3 });
  expect(readFilter('metrics.rmse <', 14, fields).error).toMatchObject({ position: 14, length: 0 });
  expect(readFilter('metrics.rmse < 2', 16, fields).error).toBeNull();
});

function faultOf(read: () => unknown): FilterFault {
  try {
    read();
  } catch (fault) {
    if (fault instanceof FilterFault) return fault;
    throw fault;
  }
  throw new Error('Nothing was wrong.');
}

function errorOf(read: () => unknown): GalleyError {
  try {
    read();
  } catch (error) {
    if (error instanceof GalleyError) return error;
    throw error;
  }
  throw new Error('Nothing was refused.');
}
