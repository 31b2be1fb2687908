import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { type Command, type Flags, listFlag, numberFlag, parameterFlag } from '../../engine/command-line/command.ts';
import { commands } from '../../engine/command-line/commands.ts';
import { editsOf } from '../../engine/command-line/data-edit-commands.ts';
import { commandHelp, generalHelp } from '../../engine/command-line/help.ts';
import { learningOptionsOf } from '../../engine/command-line/learning-flags.ts';
import { runCommandLine } from '../../engine/command-line/run.ts';
import { standardStreams } from '../../engine/command-line/standard-streams.ts';
import { table } from '../../engine/command-line/table.ts';
import { splitOf, windowOf } from '../../engine/command-line/train-commands.ts';
import { callsByName } from '../../engine/contract/index.ts';
import { usualRunColumns } from '../../engine/contract/train-tracking.ts';

test('lists are given with commas or several times', () => {
  expect(listFlag({ key: ['a,b', 'c'] }, 'key')).toEqual(['a', 'b', 'c']);
  expect(listFlag({}, 'key')).toBeUndefined();
});

test.each(['', 'five', '1x', '1e400'])('%j is not a number', (text) => {
  expect(() => numberFlag({ port: text }, 'port')).toThrow(expect.objectContaining({ code: 'cli.usage' }));
});

test('parameters keep their types', () => {
  expect(parameterFlag({ param: ['alpha=0.5', 'fit=true', 'name=a=b'] }, 'param')).toEqual({
    alpha: 0.5,
    fit: true,
    name: 'a=b',
  });
  expect(() => parameterFlag({ param: ['alpha'] }, 'param')).toThrow(expect.objectContaining({ code: 'cli.usage' }));
});

test('cells are set by the number of their row; nothing is a missing value', () => {
  expect(editsOf({ set: ['3:price=1=2', '3:note=', '12:a:b=x'] })).toEqual([
    { row: 2, values: { price: '1=2', note: null } },
    { row: 11, values: { 'a:b': 'x' } },
  ]);
  expect(editsOf({})).toBeUndefined();
  for (const wrong of ['price=1', '0:price=1', 'x:price=1', '3:price', '3:=1']) {
    expect(() => editsOf({ set: [wrong] })).toThrow(expect.objectContaining({ code: 'cli.usage' }));
  }
});

test.each([
  [{}, undefined],
  [{ every: '4' }, { kind: 'every-nth', every: 4 }],
  [{ holdout: '0.3' }, { kind: 'random', holdout: 0.3, seed: 0 }],
  [
    { split: 'group', by: 'shop', 'split-seed': '7' },
    { kind: 'group', by: 'shop', holdout: 0.2, seed: 7 },
  ],
])('%j is a split', (flags, split) => {
  expect(splitOf(flags)).toEqual(split);
});

test.each([
  { by: 'date' },
  { every: '5', holdout: '0.3' },
  { split: 'time' },
  { split: 'time', by: 'date', every: '5' },
  { split: 'sideways' },
])('%j is refused: nothing that was asked for is left unheeded', (flags) => {
  expect(() => splitOf(flags)).toThrow(expect.objectContaining({ code: 'cli.usage' }));
});

/** What a command line that needs no project says. */
async function say(...words: string[]) {
  const out: string[] = [];
  const error: string[] = [];
  const terminal = {
    out: (line: string) => out.push(line),
    error: (line: string) => error.push(line),
    isInteractive: false,
    currentFolder: '/',
    environment: {},
    signal: new AbortController().signal,
    streams: () => standardStreams(new AbortController().signal),
  };
  const code = await runCommandLine(words, terminal);
  return { code, out: out.join('\n'), error: error.join('\n') };
}

test.each([
  [undefined, undefined],
  ['day=2024-01-01..2024-07-01', { column: 'day', from: '2024-01-01T00:00:00.000Z', to: '2024-07-01T00:00:00.000Z' }],
  ['a=b=2024-01-01T06:00:00Z..', { column: 'a=b', from: '2024-01-01T06:00:00.000Z' }],
  ['day=..2024-07-01', { column: 'day', to: '2024-07-01T00:00:00.000Z' }],
])('%j is a window of rows', (window, expected) => {
  expect(windowOf({ window })).toEqual(expected);
});

test.each(['day', 'day=2024-01-01', 'day=..', '=2024-01-01..', 'day=soon..later'])('%j is no window', (window) => {
  expect(() => windowOf({ window })).toThrow(expect.objectContaining({ code: 'cli.usage' }));
});

const trainCommand = (verb: string) => commands.find(({ words }) => words === `train ${verb}`);

test('a view is saved with what was asked for and the usual columns', () => {
  const input = trainCommand('view save')?.input(['good'], { filter: 'metrics.r2 > 0.8', sort: ['metrics.r2 DESC'] });
  const view = { filter: 'metrics.r2 > 0.8', sort: ['metrics.r2 DESC'], columns: usualRunColumns };
  expect(input).toEqual({ name: 'good', view });
});

test.each([
  [{ all: 0, archived: 0 }, 'Train with'],
  [{ all: 3, archived: 0 }, 'None of the 3 runs'],
])('no run is listed of %j: why', (counts, words) => {
  expect(
    trainCommand('list')
      ?.print({ runs: [], total: 0, ...counts } as never)
      .join(),
  ).toContain(words);
});

test('an area alone tells its commands', async () => {
  const asked = await say('train', '--help');
  expect(asked.code).toBe(0);
  expect(asked.out).toContain('train compare');
  expect(asked.out).not.toContain('data add');
  const named = await say('train');
  expect(named.code).toBe(2);
  expect(named.error).toContain('train run, train show, train compare, train reproduce');
  expect((await say('help')).out).toContain('Opens the app.');
  expect((await say('help', 'data', 'add')).out).toContain('Example:');
});

test.each([
  [['train', 'list', '--filtr', 'x'], 'galley train list: There is no flag --filtr. Did you mean "--filter"?'],
  [['train', 'evaluate', '1', '--part', 'slice'], '--part takes metrics, importance, '],
  [['dat', '--json'], 'There is no command \\"galley dat\\".'],
  [['data', 'list', '--name', 'x'], 'There is no flag --name.'],
])('%j is refused with what is wrong', async (words, message) => {
  const { code, out, error } = await say(...words);
  expect(code).toBe(2);
  expect(out + error).toContain(message);
});

test('every command leads to a call of the contract and shows an example of itself', () => {
  for (const command of commands) {
    const named =
      typeof command.call === 'string'
        ? [command.call]
        : [command.call({}, []), command.call(allFlags(command), ['word'])];
    for (const name of named) expect(callsByName.has(name), command.words).toBe(true);
    expect(command.example.startsWith(`galley ${command.words}`), command.words).toBe(true);
    expect(commandHelp(command)).toContain(command.example);
    expect(generalHelp(commands)).toContain(command.words);
  }
});

test('numbers stand at the right', () => {
  expect(
    table(
      ['name', 'rows'],
      [
        ['a', 5],
        ['bc', 12345],
      ],
    ),
  ).toEqual(['name    rows', 'a          5', 'bc    12,345']);
});

const monitorCommand = (verb: string) => commands.find(({ words }) => words === `monitor ${verb}`);

test.each([
  ['a file', 'package.json', resolve('package.json')],
  ['a folder', 'tests', 'tests'],
  ['neither', 'price@2', 'price@2'],
])('what a report compares with is taken as a path only where it is one of a file: %s', (_, current, expected) => {
  const input = monitorCommand('report')?.input([], { reference: 'price@1', current });
  expect(input).toMatchObject({ reference: 'price@1', current: expected });
});

test('labels that are no class of the model are told', () => {
  const lines = (output: object) => monitorCommand('labels')?.print?.(output as never);
  expect(lines({ matched: 3, unmatched: 1 })).toEqual(['3 labels matched a prediction, 1 did not.']);
  expect(lines({ matched: 1, unmatched: 0 })).toEqual(['1 label matched a prediction, 0 did not.']);
  expect(lines({ matched: 3, unmatched: 1, unusable: 2 })).toHaveLength(2);
});

function allFlags(command: Command): Flags {
  return Object.fromEntries(Object.keys(command.flags).map((name) => [name, 'x']));
}

test('roles, settings, interactions, transforms and weights of a training', () => {
  const options = learningOptionsOf({
    role: ['zip=categorical', 'note=text'],
    order: ['size=small,medium,large'],
    column: [
      'age:impute=mean',
      'age:indicator=true',
      'income:impute=0',
      'a:b:scale=robust',
      'zip:minimum-count=5',
      'at:parts=hour,elapsed',
      'note:tokens=characters',
      'note:terms=2-4',
      'note:columns=50',
    ],
    interact: ['age,income'],
    'target-transform': 'log1p',
    weights: 'share',
    'class-weights': 'no=1,yes=2.5',
  });
  expect(options).toEqual({
    columns: {
      zip: { role: 'categorical', minimumCount: 5 },
      note: { role: 'text', text: { tokens: 'characters', terms: { shortest: 2, longest: 4 }, columns: 50 } },
      size: { order: ['small', 'medium', 'large'] },
      age: { impute: 'mean', indicator: true },
      income: { impute: 0 },
      'a:b': { scale: 'robust' },
      at: { parts: ['hour', 'elapsed'] },
    },
    interactions: [['age', 'income']],
    targetTransform: 'log1p',
    weights: { column: 'share', classes: { no: 1, yes: 2.5 } },
  });
  expect(learningOptionsOf({})).toEqual({});
  expect(learningOptionsOf({ 'class-weights': 'balanced' })).toEqual({ weights: { classes: 'balanced' } });
  for (const wrong of [
    { role: ['zip=zipcode'] },
    { column: ['age=mean'] },
    { interact: ['age'] },
    { 'class-weights': 'yes=much' },
  ]) {
    expect(() => learningOptionsOf(wrong)).toThrow(expect.objectContaining({ code: 'cli.usage' }));
  }
});

test('stratified splits go by the target unless told; splits by column need their values', () => {
  expect(splitOf({ split: 'stratified', target: 'y' })).toEqual({ kind: 'stratified', by: 'y', holdout: 0.2, seed: 0 });
  expect(splitOf({ split: 'column', by: 'part', values: 'test,late' })).toEqual({
    kind: 'column',
    by: 'part',
    values: ['test', 'late'],
  });
  expect(() => splitOf({ split: 'column', by: 'part' })).toThrow('--values');
  expect(() => splitOf({ split: 'random', values: 'x' })).toThrow('takes no --values');
});

test('a number may be below 0, also after a flag', async () => {
  const rule = ['monitor', 'set-rule', 'shop', 'low', '--metric', 'performance.r2'];
  expect((await say(...rule, '--below', '-1', '--hysteresis', '-.5')).error).toContain('is not in a Galley project');
  expect((await say(...rule, '--below', '--for')).code).toBe(2);
});
