import { expect, test } from 'vitest';
import { readPipeline } from '../../../engine/retrain/definition/read-pipeline.ts';

const whole = `format: 1
pipeline: ridership
summary: Renews ridership every January.
parameters:
  window: 365d
  margin: 0.02
steps:
  - name: rows
    kind: fetch
    dataset: ridership
  - name: checked
    kind: check
    data: rows
  - name: fit
    kind: train
    data: checked
    like: ridership@champion
    matrix:
      learner: [linear, trees]
    learner: \${learner}
    window: \${window}
    timeout: 30m
    retry: { times: 2, wait: 10s, factor: 2 }
  - name: challengers
    kind: register
    run: fit
    model: ridership
  - name: contest
    kind: compare
    challengers: challengers
    margin: \${margin}
  - name: gate
    kind: gate
    comparison: contest
  - name: release
    kind: deploy
    decision: gate
    when: gate.passed and contest.gain > 0.01
  - name: tell
    kind: notify
    channel: desk
    message: Window \${window}.
    after: release
    when: always
`;

function read(text: string, given?: Parameters<typeof readPipeline>[1]) {
  const pipeline = readPipeline(text, given);
  if ('faults' in pipeline) throw new Error(JSON.stringify(pipeline.faults));
  return pipeline;
}

function faultsOf(text: string, given?: Parameters<typeof readPipeline>[1]) {
  const pipeline = readPipeline(text, given);
  return 'faults' in pipeline ? pipeline.faults : [];
}

test('tasks follow what they need; a matrix makes copies, and what takes one of them has copies, too', () => {
  const { name, tasks } = read(whole);
  expect(name).toBe('ridership');
  expect(tasks.map(({ name: task, needs }) => [task, needs])).toEqual([
    ['rows', []],
    ['checked', ['rows']],
    ['fit (linear)', ['checked']],
    ['fit (trees)', ['checked']],
    ['challengers (linear)', ['fit (linear)']],
    ['challengers (trees)', ['fit (trees)']],
    ['contest', ['challengers (linear)', 'challengers (trees)']],
    ['gate', ['contest']],
    ['release', ['gate', 'contest']],
    ['tell', ['release']],
  ]);
});

test('parameters are filled in as what they are: alone as numbers, inside a text as text; a run may be given others', () => {
  const members = (tasks: ReturnType<typeof read>['tasks'], name: string) =>
    tasks.find((task) => task.name === name)?.members;
  const { tasks } = read(whole);
  expect(members(tasks, 'contest')).toMatchObject({ margin: 0.02 });
  expect(members(tasks, 'fit (trees)')).toMatchObject({ learner: 'trees', window: '365d' });
  const other = read(whole, { margin: 0.5, window: '30d' });
  expect(other.parameters).toEqual({ margin: 0.5, window: '30d' });
  expect(members(other.tasks, 'contest')).toMatchObject({ margin: 0.5 });
  expect(members(other.tasks, 'tell')).toMatchObject({ message: 'Window 30d.' });
  expect(faultsOf(whole, { margn: 1, window: 3 })).toEqual([
    {
      line: 4,
      column: 1,
      path: 'parameters',
      message: 'has no "margn", for which a value was given. Did you mean "margin"?',
    },
    {
      line: 5,
      column: 3,
      path: 'parameters.window',
      message: 'is a string; the value that was given, "3", is a number.',
    },
  ]);
});

test('a value that is given as text is what the parameter is', () => {
  const text = `format: 1
pipeline: p
parameters: { code: abc, margin: 1, strict: false, label: '12' }
steps:
  - { name: rows, kind: fetch, dataset: d }
`;
  const typed = { code: '007', margin: 0.02, strict: true, label: 'true' };
  const { parameters, given } = read(text, { code: '007', margin: '0.020', strict: 'true', label: 'true' });
  expect(parameters).toEqual(typed);
  expect(given).toEqual(typed);
  expect(read(text, { margin: '-1e3' })).toMatchObject({ given: { margin: -1000 }, parameters: { code: 'abc' } });
  for (const [name, value] of [
    ['margin', ' '],
    ['margin', 'Infinity'],
    ['strict', '1'],
  ] as const)
    expect(faultsOf(text, { [name]: value })).toMatchObject([{ path: `parameters.${name}` }]);
});

const head = 'format: 1\npipeline: p\nsteps:\n';

test.each([
  ['format: 1\npipeline: p\nsteps: [', [[3, 9, '', /./]]],
  [
    '',
    [
      [
        1,
        1,
        '',
        /^must have the members format, pipeline, summary, parameters, debounce, quiet, concurrent, triggers, steps\.$/,
      ],
    ],
  ],
  [
    'format: 2\npipeline: P\nsteps: []\nsteps2: 1\n',
    [
      [1, 1, 'format', /1/],
      [2, 1, 'pipeline', /small letters/],
      [3, 1, 'steps', /at least one step/],
      [4, 1, 'steps2', /Did you mean "steps"\?/],
    ],
  ],
  [
    `${head}  - name: a\n    kind: fetsch\n`,
    [[5, 5, 'steps[1].kind', /"fetsch" is no kind of step\. Did you mean "fetch"\?/]],
  ],
  [
    `${head}  - name: a\n    kind: fetch\n    datset: x\n`,
    [[6, 5, 'steps[1].datset', /no member of a step of the kind fetch\. Did you mean "dataset"\?/]],
  ],
  [`${head}  - name: a\n    kind: fetch\n`, [[4, 5, 'steps[1]', /lacks required fields: dataset/]]],
  [
    `${head}  - {name: a, kind: fetch, dataset: x}\n  - {name: a, kind: fetch, dataset: y}\n`,
    [[5, 6, 'steps[2].name', /"a" is the name of step 1, too/]],
  ],
  [
    `${head}  - {name: a, kind: fetch, dataset: x}\n  - {name: b, kind: train, data: c, target: y}\n`,
    [[5, 28, 'steps[2].data', /names no step: there is no "c"\. Did you mean "a"\?/]],
  ],
  [
    `${head}  - {name: a, kind: fetch, dataset: x}\n  - {name: b, kind: register, run: a, model: m}\n`,
    [[5, 31, 'steps[2].run', /takes a run, but a \(fetch\) gives a dataset/]],
  ],
  [
    `${head}  - {name: b, kind: train, target: y}\n`,
    [[4, 5, 'steps[1]', /needs data: the name of a step that gives a dataset/]],
  ],
  [
    `${head}  - {name: a, kind: fetch, dataset: x, after: c}\n  - {name: b, kind: check, data: a}\n  - {name: c, kind: clean, recipe: r, data: b}\n`,
    [[4, 5, 'steps[1]', /waits for itself: a waits for c waits for b waits for a/]],
  ],
  [
    `${head}  - {name: a, kind: fetch, dataset: x, timeout: 3 hours}\n`,
    [[4, 40, 'steps[1].timeout', /a duration such as/]],
  ],
  [
    `${head}  - {name: a, kind: fetch, dataset: x, when: alwais}\n`,
    [[4, 40, 'steps[1].when', /Did you mean "always"\?/]],
  ],
  [
    `${head}  - {name: a, kind: fetch, dataset: x}\n  - {name: b, kind: split, data: a, split: {kind: every-nth, every: 5}, when: a.row > 20}\n`,
    [[5, 73, 'steps[2].when', /asks a \(fetch\) for "row", which it does not tell\. Did you mean "rows"\?/]],
  ],
  [
    `${head}  - {name: a, kind: run, command: ["\${tool}", x], environment: ["\${name}"]}\n`,
    [
      [4, 26, 'steps[1].command', /must name its program itself/],
      [4, 51, 'steps[1].environment', /must name its variables itself/],
    ],
  ],
  [
    `${head}  - {name: a, kind: fetch, dataset: "\${wndow}"}\n`,
    [[4, 28, 'steps[1].dataset', /\$\{wndow\} is no parameter/]],
  ],
  [
    `${head}  - {name: a, kind: fetch, dataset: x, matrix: {}, retry: {times: 0}}\n`,
    [[4, 60, 'steps[1].retry.times', /at least 1/]],
  ],
  [
    `${head}  - {name: a, kind: run, command: [x], writes: [../y]}\n`,
    [[4, 49, 'steps[1].writes[1]', /inside the project/]],
  ],
  [
    `${head}  - {name: a, kind: fetch, dataset: x}\n  - {name: b, kind: notify, channel: c, message: m, when: a.rows > 5 or a.new}\n`,
    [[5, 53, 'steps[2].when', /"a\.rows > 5 or a\.new" is no condition/]],
  ],
  [
    `${head}  - {name: a, kind: fetch, dataset: x}\n  - {name: b, kind: notify, channel: c, message: m, when: a.rows > many}\n`,
    [[5, 53, 'steps[2].when', /"many" is no number to compare with/]],
  ],
  [
    `${head}  - {name: a, kind: fetch, dataset: x}\n  - {name: b, kind: check, data: a}\n  - {name: c, kind: notify, channel: c, message: m, when: b.passed}\n`,
    [[6, 53, 'steps[3].when', /neither true nor false: compare it, such as b\.passed > 0/]],
  ],
  [
    `${head}  - {name: a, kind: fetch, dataset: x}\n  - {name: b, kind: notify, channel: c, message: m, when: a.new == yes}\n`,
    [[5, 53, 'steps[2].when', /true or false and not "yes": write a\.new or not a\.new/]],
  ],
  [
    `format: 1\npipeline: p\nparameters: {bound: high}\nsteps:\n  - {name: a, kind: fetch, dataset: x}\n  - {name: b, kind: notify, channel: c, message: m, when: "a.rows > \${bound}"}\n`,
    [[6, 53, 'steps[2].when', /"high" is no number to compare with/]],
  ],
  [
    `${head}  - {name: a, kind: fetch, dataset: x, matrix: {v: [1, "1"]}}\n`,
    [[4, 5, 'steps[1]', /two copies of the name "a \(1\)"/]],
  ],
  [
    `${head}  - {name: a, kind: fetch, dataset: x, matrix: {v: [1, 2]}}\n  - {name: b, kind: check, data: a, matrix: {v: [3]}}\n`,
    [[5, 37, 'steps[2].matrix', /leaves no copy of the step/]],
  ],
  [
    `format: 1\npipeline: p\nparameters: {Window: 3}\nsteps:\n  - {name: a, kind: fetch, dataset: x}\n`,
    [[3, 14, 'parameters.Window', /is no name: it must be small letters/]],
  ],
  [
    `${head}  - {name: a, kind: fetch, dataset: x, matrix: {A: [1]}}\n`,
    [[4, 49, 'steps[1].matrix.A', /is no name: it must be small letters/]],
  ],
  [
    `${head}  - {name: a, kind: fetch, dataset: x, timeout: 30, retry: {tims: 3}}\n`,
    [
      [4, 40, 'steps[1].timeout', /must be a duration such as/],
      [4, 53, 'steps[1].retry', /lacks required fields: times/],
      [4, 53, 'steps[1].retry', /unknown fields: tims \(did you mean times\?\)/],
    ],
  ],
  [
    `${head}  - {name: a, kind: fetch, dataset: x}\n  - {name: b, kind: train, data: a}\n`,
    [[5, 5, 'steps[2]', /needs like, a model to be trained again, or target/]],
  ],
  [
    `${head}  - {name: a, kind: fetch, dataset: x}\n  - {name: b, kind: train, data: a, like: m, target: y}\n`,
    [[5, 46, 'steps[2].target', /cannot stand beside like/]],
  ],
  [
    `${head}  - {name: a, kind: fetch, dataset: x, timeout: 99999999999d}\n`,
    [[4, 40, 'steps[1].timeout', /a duration such as/]],
  ],
  [`${head}  - {name: a, kind: fetch, dataset: x, after: }\n`, [[4, 40, 'steps[1].after', /a list/]]],
])('a wrong file says where and what was expected (%#)', (text, expected) => {
  const found = faultsOf(text);
  expect(found.map(({ line, column, path }) => [line, column, path])).toEqual(
    expected.map(([line, column, path]) => [line, column, path]),
  );
  for (const [index, [, , , message]] of expected.entries()) expect(found[index]?.message).toMatch(message as RegExp);
});

test('a matrix that multiplies beyond reason is refused without being made', () => {
  const numbers = `[${Array.from({ length: 900 }, (_, index) => index).join(', ')}]`;
  const text = `${head}  - {name: a, kind: fetch, dataset: x, matrix: {i: ${numbers}, j: ${numbers}, k: ${numbers}}}\n`;
  expect(faultsOf(text)).toMatchObject([
    { line: 4, path: 'steps[1]', message: expect.stringContaining('at most 1000') },
  ]);
});

test('five hundred steps in a chain are read', () => {
  const steps = Array.from({ length: 499 }, (_, index) => `  - {name: s${index + 1}, kind: check, data: s${index}}\n`);
  const { tasks } = read(`${head}${steps.toReversed().join('')}  - {name: s0, kind: fetch, dataset: x}\n`);
  expect(tasks).toHaveLength(500);
  expect(tasks.at(-1)).toMatchObject({ name: 's499', needs: ['s498'] });
});
