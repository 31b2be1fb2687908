import { expect, test } from 'vitest';
import type { ListedRun, ListedStep, Pipeline, PipelineStep } from '../../engine/contract/retrain.ts';
import { graphItems, groupTasks, mostCopies, triggersOf } from '../../renderer/retrain/graph-view.ts';
import { cellsOf, gridRows } from '../../renderer/retrain/grid-view.ts';
import { offsetOf } from '../../renderer/retrain/pipeline-file.svelte.ts';
import { givenParameters, parameterFields } from '../../renderer/retrain/run-parameters.ts';
import { stateOfAll, tasksOf } from '../../renderer/retrain/run-steps.ts';
import {
  becauseTitle,
  factRows,
  logLine,
  outputInWords,
  speaksAgainst,
  stepInWords,
  stepLine,
  stepOfTask,
  valuesOfTask,
} from '../../renderer/retrain/step-words.ts';

const listed = (name: string, status: ListedStep['status'], cached = false): ListedStep => ({
  name,
  status,
  cached,
  seconds: status === 'waiting' ? null : 1.24,
});

const whole = (step: Partial<PipelineStep>): PipelineStep => ({
  name: 'fit',
  kind: 'train',
  needs: [],
  status: 'succeeded',
  cached: false,
  because: '',
  attempts: 1,
  startedAt: null,
  seconds: 2,
  summary: '',
  output: null,
  facts: {},
  ...step,
});

const runOf = (number: number, steps: ListedStep[]): ListedRun => ({
  id: `plr_${number}`,
  pipeline: 'p',
  number,
  status: 'succeeded',
  trigger: { kind: 'hand', detail: '' },
  parameters: {},
  steps,
  decision: null,
  startedAt: '2026-01-01T00:00:00.000Z',
  finishedAt: null,
  error: null,
});

const task = (name: string, ...needs: string[]) => ({ name, step: stepOfTask(name), kind: 'train' as const, needs });
const copies = (count: number) => Array.from({ length: count }, (_, index) => task(`fit (${index}d)`, 'rows'));

test('the copies of a step are one node where there are many, until they are unfolded', () => {
  const many = [
    task('rows'),
    ...copies(mostCopies + 1),
    task('best', ...copies(mostCopies + 1).map(({ name }) => name)),
  ];
  const folded = groupTasks(many, new Set());
  expect(folded.map(({ id, tasks }) => [id, tasks.length])).toEqual([
    ['rows', 1],
    ['copies:fit', mostCopies + 1],
    ['best', 1],
  ]);
  expect(graphItems(folded, [])).toEqual([
    { id: 'rows', needs: [], rank: 0 },
    { id: 'copies:fit', needs: ['rows'], rank: 0 },
    { id: 'best', needs: ['copies:fit'], rank: 0 },
  ]);
  expect(groupTasks(many, new Set(['fit']))).toHaveLength(mostCopies + 3);
  expect(groupTasks([task('rows'), ...copies(mostCopies)], new Set())).toHaveLength(mostCopies + 1);
});

test('what starts a pipeline leads to the steps that wait for nothing', () => {
  const groups = groupTasks([task('a'), task('b'), task('c', 'a', 'b')], new Set());
  const needs = new Map(graphItems(groups, [{ id: 'trigger:hand' }]).map((item) => [item.id, item.needs]));
  expect(needs.get('a')).toEqual(['trigger:hand']);
  expect(needs.get('b')).toEqual(['trigger:hand']);
  expect(needs.get('c')).toEqual(['a', 'b']);
});

test('triggers of the settings and of the file are shown, and which of them started the run', () => {
  const pipeline: Pick<Pipeline, 'renewal' | 'triggers'> = {
    renewal: { model: 'm', dataset: 'd', deployment: null, windowDays: null, margin: 0, onAlert: true },
    triggers: {
      list: [
        {
          trigger: { on: 'schedule', cron: '@daily', timezone: 'UTC' },
          says: '@daily in UTC',
          nextAt: '2026-01-02T00:00:00.000Z',
          problem: null,
        },
        { trigger: { on: 'data', dataset: 'd' }, says: 'dataset d', nextAt: null, problem: 'there is no d' },
      ],
      debounce: null,
      quiet: null,
      concurrent: false,
    },
  };
  const shown = triggersOf(pipeline, { trigger: { kind: 'alert', detail: 'r2 below 0.7' } });
  expect(shown.map(({ title, fired }) => [title, fired])).toEqual([
    ['Alert', true],
    ['Schedule', false],
    ['New data', false],
    ['By hand', false],
  ]);
  expect(shown[0]?.says).toBe('an alert of Monitor: r2 below 0.7');
  expect(shown[1]).toMatchObject({ says: '@daily in UTC', nextAt: '2026-01-02T00:00:00.000Z' });
  expect(shown[2]?.problem).toBe('there is no d');
});

test('the grid has each step of all runs once, older ones after what they came after', () => {
  const runs = [
    runOf(1, [listed('rows', 'succeeded'), listed('clean', 'succeeded'), listed('fit', 'failed')]),
    runOf(2, [listed('rows', 'succeeded', true), listed('fit', 'succeeded'), listed('gate', 'skipped')]),
  ];
  const rows = gridRows(runs);
  expect(rows.map(({ key }) => key)).toEqual(['rows', 'clean', 'fit', 'gate']);
  const cell = cellsOf(runs[1] as ListedRun);
  expect(rows.map((row) => cell(row).status)).toEqual(['succeeded', undefined, 'succeeded', 'skipped']);
  expect(rows.map((row) => cell(row).words)).toEqual([
    'rows: done, cached',
    'clean: not in this run',
    'fit: done in 1.2 s',
    'gate: not needed in 1.2 s',
  ]);
});

test('many copies are one row with what is gravest, which leads to that copy', () => {
  const steps = Array.from({ length: mostCopies + 1 }, (_, index) =>
    listed(`fit (${index}d)`, index === 4 ? 'failed' : 'succeeded'),
  );
  const [row, ...others] = gridRows([runOf(1, steps)]);
  expect(others).toEqual([]);
  expect(row && cellsOf({ steps })(row)).toEqual({
    status: 'failed',
    cached: false,
    words: `fit × ${mostCopies + 1}: 1 failed, ${mostCopies} done`,
    step: 'fit (4d)',
  });
  expect(stateOfAll(['succeeded', 'running', 'waiting'])).toBe('running');
  expect(stateOfAll([])).toBe('waiting');
});

test('runs of before steps had kinds are drawn as the chain that they were', () => {
  const old = ['data', 'train', 'deploy'].map((name) => whole({ name, kind: null }));
  expect(tasksOf({ tasks: [] }, { steps: old }).map(({ needs }) => needs)).toEqual([[], ['data'], ['train']]);
  const parallel = ['a', 'b'].map((name) => whole({ name }));
  expect(tasksOf({ tasks: [] }, { steps: parallel }).map(({ needs }) => needs)).toEqual([[], []]);
});

test('steps in words', () => {
  expect(stepOfTask('fit (trees, 30d)')).toBe('fit');
  expect(valuesOfTask('fit (trees, 30d)')).toBe('trees, 30d');
  expect(valuesOfTask('fit')).toBeUndefined();
  expect(stepInWords(whole({}))).toBe('fit: done in 2.0 s');
  expect(stepLine(whole({ status: 'paused', summary: 'waits for a person' }))).toBe('waits for you');
  expect(stepLine(whole({ status: 'failed', summary: 'There is no numbers@99.' }))).toBe('failed');
  expect(stepLine(whole({ summary: 'a long story' }))).toBe('done');
  const output = { type: 'dataset', dataset: 'days', version: 3, identity: '', rows: 365 } as const;
  expect(stepLine(whole({ output }))).toBe('version 3, 365 rows');
  expect(stepLine(whole({ status: 'skipped', output }))).toBe('not needed');
  expect(speaksAgainst({ output })).toBe(false);
  expect(becauseTitle(whole({ cached: true }))).toBe('Why it was not run again');
  expect(becauseTitle(whole({ status: 'skipped' }))).toBe('Why it was skipped');
  expect(becauseTitle(whole({}))).toBe('Why it was run');
  expect(factRows({ r2: 0.81234, rows: 1200, passed: true, by: null })).toEqual([
    { name: 'R²', value: '0.812' },
    { name: 'rows', value: '1,200' },
    { name: 'passed', value: 'yes' },
    { name: 'by', value: '–' },
  ]);
  expect(logLine('2026-01-01T00:00:00.000Z it: said so')).toEqual({
    time: '2026-01-01T00:00:00.000Z',
    text: 'it: said so',
  });
  expect(logLine('no time')).toEqual({ time: undefined, text: 'no time' });
});

test('what a step gave leads to its page', () => {
  expect(outputInWords({ type: 'version', id: 'mv_1', model: 'price', version: 4 })).toMatchObject({
    text: 'price, version 4',
    href: '#/package/price/4',
  });
  expect(outputInWords({ type: 'run', run: 'run_1', number: 7 })).toMatchObject({ href: '#/train/runs/run_1' });
  expect(outputInWords({ type: 'deployment', model: 'price', version: 4, deployment: 'shop', as: 'canary' })).toEqual({
    text: 'version 4 answers at shop',
    href: '#/deploy/shop',
    lines: ['as canary'],
  });
  expect(outputInWords({ type: 'files', files: [{ path: 'a.html', hash: '', bytes: 1200 }] })).toEqual({
    text: '1 file',
    lines: ['a.html, 1.2 kB'],
  });
});

test('parameters are asked for in the types that the file gives them, and only other values are sent', () => {
  const usual = { margin: 0.02, window: '365d', full: false };
  expect(givenParameters(parameterFields(usual, {}))).toBeUndefined();
  const fields = parameterFields(usual, { margin: '0.05', window: '30d', full: 'true' });
  expect(givenParameters(fields)).toEqual({ margin: 0.05, window: '30d', full: true });
  const wrong = parameterFields(usual, { margin: 'much' });
  expect(wrong.map(({ problem }) => problem)).toEqual(['A number.', undefined, undefined]);
});

test('a fault is found at its line and column', () => {
  const text = 'a: 1\nbc: 2\n';
  expect(text.slice(offsetOf(text, 2, 3))).toBe(': 2\n');
  expect(offsetOf(text, 9, 1)).toBe(text.length);
  expect(offsetOf(text, 1, 99)).toBe(4);
});
