import { Compile } from 'typebox/schema';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { pipelineJsonSchema } from '../../../engine/retrain/definition/pipeline-schema.ts';
import { readPipeline } from '../../../engine/retrain/definition/read-pipeline.ts';

const fileOf = (head: string, steps = '  - { name: a, kind: fetch, dataset: x }') =>
  `format: 1\npipeline: p\nparameters: { window: 30d, rows: 10 }\n${head}\nsteps:\n${steps}\n`;

const every = `debounce: 30s
quiet: { from: "22:00", to: "06:00", timezone: Europe/Berlin }
concurrent: true
triggers:
  - { on: schedule, cron: "0 6 * * 1", timezone: Europe/Berlin, missed: skip, parameters: { window: 7d } }
  - { on: data, dataset: x }
  - { on: files, path: "incoming/**/*.csv" }
  - { on: alert, deployment: price, about: [drift, fairness] }
  - { on: labels, deployment: price, count: 500 }
  - { on: webhook, parameters: { rows: 20 } }`;

test('triggers, debounce, a quiet period and concurrency are read, and fit the schema for editors', () => {
  const pipeline = readPipeline(fileOf(every));
  expect(pipeline).toMatchObject({
    triggers: {
      list: [
        { on: 'schedule', cron: '0 6 * * 1', timezone: 'Europe/Berlin', missed: 'skip', parameters: { window: '7d' } },
        { on: 'data', dataset: 'x' },
        { on: 'files', path: 'incoming/**/*.csv' },
        { on: 'alert', deployment: 'price', about: ['drift', 'fairness'] },
        { on: 'labels', deployment: 'price', count: 500 },
        { on: 'webhook', parameters: { rows: 20 } },
      ],
      debounce: '30s',
      quiet: { from: '22:00', to: '06:00', timezone: 'Europe/Berlin' },
      concurrent: true,
    },
  });
  expect(Compile(pipelineJsonSchema()).Check(parse(fileOf(every)))).toBe(true);
  expect(readPipeline(fileOf(''))).toMatchObject({
    triggers: { list: [], debounce: null, quiet: null, concurrent: false },
  });
});

test.each([
  ['triggers: { on: data }', 'triggers', /^must be a list of at most 100 triggers\.$/],
  ['triggers: [data]', 'triggers[1]', /^must say what it waits for, such as on: data\./],
  ['triggers: [{ on: dta }]', 'triggers[1].on', /^"dta" is nothing to wait for\. Did you mean "data"\?$/],
  ['triggers: [{ on: data }]', 'triggers[1]', /dataset/],
  ['triggers: [{ on: data, datset: x }]', 'triggers[1].datset', /^is no member of a trigger on data\. Did you mean/],
  [
    'triggers: [{ on: schedule, cron: "0 6 * * 1", timezone: Europe/Berln }]',
    'triggers[1].timezone',
    /^"Europe\/Berln" is no time zone\. Did you mean "Europe\/Berlin"\?$/,
  ],
  ['triggers: [{ on: schedule, cron: "0 6 * *", timezone: UTC }]', 'triggers[1].cron', /has not the five fields/],
  ['triggers: [{ on: schedule, cron: "0 0 30 2 *", timezone: UTC }]', 'triggers[1].cron', /never comes/],
  ['triggers: [{ on: files, path: ../other }]', 'triggers[1].path', /^must be a path or a pattern inside/],
  ['triggers: [{ on: files, path: //server/share }]', 'triggers[1].path', /^is on another machine/],
  [
    'triggers: [{ on: files, path: "/data/*.csv" }]',
    'triggers[1].path',
    /^is outside the project; there only a folder/,
  ],
  ['triggers: [{ on: alert, deployment: d, about: [drif] }]', 'triggers[1].about[1]', /drift/],
  ['triggers: [{ on: labels, deployment: d, count: 0 }]', 'triggers[1].count', /1/],
  [
    'triggers: [{ on: webhook, parameters: { windw: 7d } }]',
    'triggers[1].parameters.windw',
    /Did you mean "window"\?$/,
  ],
  ['triggers: [{ on: webhook, parameters: { rows: many } }]', 'triggers[1].parameters.rows', /^must be a number/],
  ['quiet: { from: "22:00", to: "22:00", timezone: UTC }', 'quiet.to', /^is when it begins/],
  ['quiet: { from: "22:00", to: "6:00", timezone: UTC }', 'quiet.to', /a time of day such as 22:00/],
  ['quiet: { from: "22:00", to: "06:00", timezone: Mars }', 'quiet.timezone', /^"Mars" is no time zone/],
  ['debounce: 30', 'debounce', /duration|text/],
])('%s is a fault', (head, path, message) => {
  const read = readPipeline(fileOf(head));
  const faults = 'faults' in read ? read.faults : [];
  expect(faults.map((fault) => fault.path)).toEqual([path]);
  expect(faults[0]?.message).toMatch(message);
  expect(faults[0]?.line).toBe(4);
});

test.each(['reports', 'reports/**/*.md', 'reports/week.md', '.'])(
  'a pipeline that writes what its trigger on %s waits for is refused: it would run for ever',
  (path) => {
    const steps = `  - { name: a, kind: fetch, dataset: x }
  - { name: fit, kind: train, data: a, like: m }
  - { name: note, kind: report, of: fit, format: markdown, to: reports/week.md }`;
    const read = readPipeline(fileOf(`triggers: [{ on: files, path: "${path}" }]`, steps));
    expect(read).toMatchObject({
      faults: [{ line: 4, path: 'triggers[1].path', message: expect.stringMatching(/which the step note writes/) }],
    });
  },
);
