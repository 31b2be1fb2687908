import { expect, test } from 'vitest';
import type { Run } from '../../engine/contract/train.ts';
import type { RunDifference } from '../../engine/contract/train-evaluation.ts';
import type { RunField } from '../../engine/contract/train-tracking.ts';
import { axisOf, firstAxes, onAxis } from '../../renderer/train/runs/chart-axes.ts';
import { groupDifferences, showDifference } from '../../renderer/train/runs/difference-words.ts';
import { commonMetrics, largestGain, testWords } from '../../renderer/train/runs/paired-words.ts';
import { fittedWidths, isFilter, partsOf, showValue, titleOf } from '../../renderer/train/runs/run-fields.ts';
import { Brush, touchedPoints } from '../../renderer/train/runs/runs-charts.ts';
import { orderOf, sortedBy } from '../../renderer/train/runs/sort-keys.ts';
import { readTag, writeTag } from '../../renderer/train/runs/tag-text.ts';

test.each([
  ['metrics.rmse < 1', true],
  ["tags.team ilike 'a%'", true],
  ['params.alpha is null', true],
  ['metrics.', true],
  ['number in (1, 2)', true],
  ['trees sales', false],
  ['candidate for June', false],
  ['liked', false],
  ['', false],
])('"%s" is a filter: %s', (text, expected) => expect(isFilter(text)).toBe(expected));

test('fields have titles and values their digits', () => {
  expect(partsOf('metrics.`p95/ms`')).toEqual({ entity: 'metrics', name: 'p95/ms' });
  expect(titleOf('metrics.roc_auc')).toBe('ROC AUC');
  expect(titleOf('attributes.holdout_looks')).toBe('Looks before');
  expect(showValue('metrics.r2', 0.87349)).toBe('0.873');
  expect(showValue('attributes.score', -9.01e-6, 'r2')).toBe('0.000');
  expect(showValue('attributes.score', 536.3, 'rmse')).toBe('536.3');
  expect(showValue('params.learning_rate', 0.1)).toBe('0.1');
  expect(showValue('attributes.metric', 'r2')).toBe('R²');
  expect(showValue('params.rounds', 12_000)).toBe('12,000');
  expect(showValue('tags.team', null)).toBe('–');
});

test('columns fill the room, give way a little, and are never narrower than their titles', () => {
  const fields = ['attributes.learner', 'attributes.note', 'attributes.holdout_looks'];
  const sum = (widths: readonly number[]) => widths.reduce((whole, one) => whole + one, 0);
  expect(sum(fittedWidths(fields, 900))).toBeGreaterThan(895);
  expect(sum(fittedWidths(fields, 900))).toBeLessThanOrEqual(900);
  expect(sum(fittedWidths(fields, 430))).toBeLessThanOrEqual(430);
  expect(fittedWidths(fields, 430)[2]).toBe(112);
  expect(fittedWidths(fields, 100)).toEqual([89, 208, 112]);
});

test('an order has keys with a place and a direction', () => {
  const sort = [orderOf('metrics.rmse', true), 'params.alpha'];
  expect(sortedBy(sort, 'metrics.rmse')).toEqual({ place: 0, descending: true });
  expect(sortedBy(sort, 'params.alpha')).toEqual({ place: 1, descending: false });
  expect(sortedBy(sort, 'params.beta')).toBeUndefined();
});

test('a tag is a key with a value, or a key alone', () => {
  expect(readTag(' team = sales=yes ')).toEqual({ key: 'team', value: 'sales=yes' });
  expect(readTag('reviewed')).toEqual({ key: 'reviewed', value: '' });
  expect(readTag('= sales')).toBeUndefined();
  expect(writeTag('reviewed', '')).toBe('reviewed');
});

test('an axis is logarithmic over two decades, and has places for texts', () => {
  expect(axisOf('params.alpha', [0.001, 1, null])).toMatchObject({ kind: 'log', title: 'alpha (log)' });
  expect(axisOf('params.alpha', [0, 1, 1000])).toMatchObject({ kind: 'value' });
  const axis = axisOf('params.growth', ['leaf', 'level', 'leaf', 3]);
  expect(axis).toMatchObject({ kind: 'category', categories: ['3', 'leaf', 'level'] });
  expect([onAxis(axis, 'leaf'), onAxis(axis, null), onAxis(axis, 'gone')]).toEqual(['leaf', null, null]);
});

test('a box chooses the runs whose points lie in it', () => {
  const columns = [
    [1, 2, 3, null],
    ['a', 'b', 'a', 'a'],
  ];
  const drawn = {
    ids: ['1', '2', '3', '4'],
    numbers: [1, 2, 3, 4],
    learners: ['linear', 'linear', 'linear', 'linear'],
    axes: [axisOf('metrics.x', columns[0] ?? []), axisOf('params.y', columns[1] ?? [])],
    columns,
  };
  expect(
    touchedPoints(
      {
        coordRange: [
          [0.5, 3],
          [0, 0],
        ],
      },
      drawn,
    ),
  ).toEqual([0, 2]);
  expect(touchedPoints(undefined, drawn)).toEqual([]);
});

test('what is brushed is brushed again until it is taken away', () => {
  const brush = new Brush();
  brush.takeInterval({ parallelAxisId: 'metrics.r2', intervals: [[0.5, 0.7]] });
  expect(brush.actions()).toEqual([{ type: 'axisAreaSelect', parallelAxisId: 'metrics.r2', intervals: [[0.5, 0.7]] }]);
  brush.takeInterval({ parallelAxisId: 'metrics.r2', intervals: [] });
  expect(brush.actions()).toEqual([]);
  const coordRange = [
    [0, 1],
    [2, 3],
  ] as const;
  brush.takeBox({ coordRange });
  expect(brush.actions()).toEqual([
    { type: 'brush', areas: [{ brushType: 'rect', coordRange, xAxisIndex: 0, yAxisIndex: 0 }] },
  ]);
});

test('runs are compared by the metrics that all have, on an axis that holds every interval', () => {
  const run = (metrics: Record<string, number | null>) =>
    ({ metric: { name: 'r2', lowerIsBetter: false }, metrics }) as unknown as Run;
  expect(commonMetrics([run({ mae: 1, r2: 0.5, mape: null }), run({ r2: 0.4, mae: 2, mape: 3 })])).toEqual([
    'r2',
    'mae',
  ]);
  expect(commonMetrics([])).toEqual([]);
  const gain = { value: 0.1, low: -0.3, high: 0.2 };
  expect(largestGain([{ gain } as RunDifference])).toBe(0.3);
  expect(largestGain([])).toBe(1);
  expect(testWords([{ name: 'mcnemar', statistic: 4.6, p: 0.0321 }])).toBe("McNemar's test: p = 0.032.");
});

test('the first axes are a parameter that is a number, and the metric that ranks', () => {
  const field = (entity: RunField['entity'], name: string, type: RunField['type']): RunField => ({
    field: `${entity}.${name}`,
    entity,
    name,
    type,
    runs: 1,
  });
  const fields = [
    field('metrics', 'mae', 'number'),
    field('metrics', 'r2', 'number'),
    field('params', 'growth', 'text'),
    field('params', 'rate', 'number'),
  ];
  expect(firstAxes(fields)).toEqual({
    axes: ['attributes.learner', 'params.growth', 'params.rate', 'metrics.r2', 'metrics.mae'],
    x: 'params.rate',
    y: 'metrics.r2',
  });
});

test('differences stand in groups, metrics and the list of columns aside', () => {
  const difference = (path: string) => ({ path, values: [1, null] });
  const groups = groupDifferences(
    [
      'environment.libraries.v8',
      'metrics.r2',
      'recipe.features',
      'recipe.parameters.max_leaves',
      'environment.code.dirty',
      'recipe.seed',
    ].map(difference),
  );
  expect(groups.map(({ title, rows }) => [title, rows.map((row) => row.title)])).toEqual([
    ['Parameters', ['max leaves']],
    ['Recipe', ['seed']],
    ['Libraries', ['v8']],
    ['Code', ['files changed since the commit']],
  ]);
  expect([null, true, { a: 1 }, 0.5].map(showDifference)).toEqual(['–', 'yes', '{"a":1}', '0.5']);
});
