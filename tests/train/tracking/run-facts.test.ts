import { expect, test, vi } from 'vitest';
import { manyHoldoutLooks } from '../../../engine/contract/train-tracking.ts';
import { describeLooks } from '../../../engine/train/tracking/holdout-looks.ts';
import { RunFields } from '../../../engine/train/tracking/run-fields.ts';
import { RunList } from '../../../engine/train/tracking/run-list.ts';
import { storedRuns } from './stored-runs.ts';

test('each run knows how many were judged on its holdout before it', () => {
  const { store } = storedRuns(6, (run, index) => ({
    ...run,
    recipe: {
      ...run.recipe,
      target: index === 2 ? 'rooms' : 'price',
      split: { kind: 'random', holdout: 0.2, seed: index === 4 ? 1 : 0 },
      learner: index % 2 === 0 ? 'linear' : 'baseline',
    },
  }));
  expect([1, 2, 3, 4, 5, 6].map((number) => store.facts.tracking(number).holdoutLooks)).toEqual([0, 1, 0, 2, 0, 3]);
});

test('a run that is gone was a look all the same', () => {
  const { store, database } = storedRuns(3);
  database.run('DELETE FROM runs WHERE number < 3');
  expect(database.get('SELECT count(*) AS runs FROM run_metrics')).toEqual({ runs: 2 });
  const run = store.find('3');
  store.insert({ ...(run as NonNullable<typeof run>), id: 'run_next', number: 4 }, '{}');
  expect(store.facts.tracking(4).holdoutLooks).toBe(3);
});

test('a run is found by id or number, through an index', () => {
  const { store, database } = storedRuns(3);
  const asked: string[] = [];
  const get = database.get.bind(database);
  vi.spyOn(database, 'get').mockImplementation((sql, ...values) => {
    asked.push(sql);
    return get(sql, ...values);
  });
  expect([store.find('2')?.id, store.find('run_000002')?.number]).toEqual(['run_000002', 2]);
  expect(['4', '02', '0', '-1', '1.0', '', 'run_4', '99999999999999999999'].filter((name) => store.find(name))).toEqual(
    [],
  );
  expect(asked.length).toBeGreaterThan(2);
  for (const sql of new Set(asked)) {
    const plan = database.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql.replaceAll('?', '1')}`);
    expect(plan.filter(({ detail }) => detail.startsWith('SCAN runs') || detail.startsWith('SCAN run_facts'))).toEqual(
      [],
    );
  }
});

test('many looks are warned of, few are not', () => {
  expect(describeLooks(manyHoldoutLooks - 1)).toEqual({ looks: 24, many: false, warning: null });
  const { many, warning } = describeLooks(manyHoldoutLooks);
  expect(many).toBe(true);
  expect(warning).toContain('25 runs were judged on this holdout before.');
});

test('a page holds the columns asked for, in the order of the selection', () => {
  const { database, store } = storedRuns(5, (run, index) => ({ ...run, metrics: { r2: index === 1 ? null : index } }));
  store.facts.tag([2, 3], { team: 'sales' });
  store.facts.archive([5], 7);
  const list = new RunList(database);
  const page = list.page({
    columns: ['metrics.r2', 'params.alpha', 'tags.team', 'attributes.start_time', 'param.none'],
    sort: ['metrics.r2 DESC'],
    offset: 1,
    limit: 3,
  });
  expect(page).toEqual({
    total: 4,
    all: 4,
    archived: 1,
    offset: 1,
    ids: ['run_000003', 'run_000001', 'run_000002'],
    numbers: [3, 1, 2],
    columns: [
      { field: 'metrics.r2', values: [2, 0, null] },
      { field: 'params.alpha', values: [1, 1, 1] },
      { field: 'tags.team', values: ['sales', null, 'sales'] },
      { field: 'attributes.start_time', values: [2, 0, 1].map((second) => Date.UTC(2025, 0, 1) + second * 1000) },
      { field: 'params.none', values: [null, null, null] },
    ],
  });
  expect(list.page({ columns: [], archived: 'only' }).numbers).toEqual([5]);
  expect(list.page({ columns: [], archived: 'with' }).total).toBe(5);
  store.facts.archive([5], null);
  expect(list.page({ columns: [] })).toMatchObject({ total: 5, archived: 0 });
});

test('the list of whole runs says the same as each run by itself', async () => {
  const { database, store } = storedRuns(3);
  store.facts.rename(2, 'second');
  const { toRun } = await import('../../../engine/train/store.ts');
  const numbers = new RunList(database).select({});
  const single = numbers.map((number) => {
    const run = store.find(String(number));
    return run && toRun(run);
  });
  expect(store.listed(numbers)).toEqual(single);
});

test('fields are what the runs have, with the values of texts', () => {
  const { database, store } = storedRuns(3, (run, index) => ({
    ...run,
    metrics: Object.fromEntries(
      index === 0
        ? [['rmse', 1]]
        : [
            ['rmse', 1],
            ['r2', 1],
          ],
    ),
    recipe: { ...run.recipe, parameters: { alpha: 1, solver: index === 0 ? 'newton' : 'lbfgs' } },
  }));
  store.facts.tag([1], { team: 'sales' });
  const fields = new RunFields(database).list();
  const shown = fields.filter(({ entity }) => entity !== 'attributes');
  expect(shown).toEqual([
    { field: 'metrics.rmse', entity: 'metrics', name: 'rmse', type: 'number', runs: 3 },
    { field: 'metrics.r2', entity: 'metrics', name: 'r2', type: 'number', runs: 2 },
    { field: 'params.alpha', entity: 'params', name: 'alpha', type: 'number', runs: 3 },
    { field: 'params.solver', entity: 'params', name: 'solver', type: 'text', runs: 3, values: ['lbfgs', 'newton'] },
    { field: 'tags.team', entity: 'tags', name: 'team', type: 'text', runs: 1, values: ['sales'] },
  ]);
  expect(fields.find(({ name }) => name === 'dataset')?.values).toEqual(['prices']);
});
