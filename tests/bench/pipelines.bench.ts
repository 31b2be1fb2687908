import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from '../../engine/app.ts';
import type { OutputOf } from '../../engine/contract/call.ts';
import type { Job } from '../../engine/contract/jobs.ts';
import type { retrainCalls } from '../../engine/contract/retrain.ts';
import { waitingSteps } from '../../engine/retrain/execution/run-record.ts';
import { PipelineRunStore } from '../../engine/retrain/run-store.ts';
import { layoutGraph } from '../../renderer/retrain/graph-layout.ts';
import type { Bench, Row } from './bench.ts';

const tasks = 500;
const runs = 50;
/** A fit for each of so many windows by ten learners, and their evaluations. */
const windows = (tasks - 2) / 6;

function file(): string {
  const days = Array.from({ length: Math.floor(windows) }, (_, index) => `"${index + 1}d"`).join(', ');
  const steps = [
    '  - { name: rows, kind: fetch, dataset: days }',
    `  - { name: fit, kind: train, data: rows, target: y, learner: '\${learner}', window: '\${window}', matrix: { learner: [linear, trees, forest], window: [${days}] } }`,
    '  - { name: judge, kind: evaluate, run: fit }',
    '  - { name: told, kind: report, of: judge, format: json, to: told.json }',
  ];
  return `format: 1\npipeline: many\nsteps:\n${steps.join('\n')}\n`;
}

type Listed = OutputOf<typeof retrainCalls.list>;

/** The median of seven, ms, and the last answer. */
async function timed<Answer>(work: () => Promise<Answer> | Answer): Promise<{ ms: number; answer: Answer }> {
  const times: number[] = [];
  let answer = await work();
  for (let round = 0; round < 7; round += 1) {
    const start = performance.now();
    answer = await work();
    times.push(performance.now() - start);
  }
  return { ms: times.sort((a, b) => a - b)[3] as number, answer };
}

const bench: Bench = {
  name: 'pipelines',
  async run(): Promise<Row[]> {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'galley-bench-')));
    const app = await App.open({ projectPath: join(folder, 'project'), create: true });
    try {
      return await measure(app);
    } finally {
      await app.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** One step that takes rows, and 499 that take nothing new of them. */
const cachedText = `format: 1
pipeline: cached
steps:
  - { name: rows, kind: fetch, dataset: days }
  - { name: part, kind: split, data: rows, split: { kind: random, holdout: 0.2, seed: 1 }, matrix: { copy: [${Array.from({ length: tasks - 1 }, (_, index) => index + 1).join(', ')}] } }
`;

/** A whole run in which every step but the first is taken from the run before. */
async function measureCached(app: App): Promise<Row[]> {
  const { jobs } = app.context;
  const result = async <Result>(name: string, input: unknown) =>
    jobs.result<Result>(((await app.call(name, input)) as { job: Job }).job.id);
  await result('data.addText', { name: 'days', text: 'x,y\n1,2\n2,4\n3,6\n', fileName: 'days.csv' });
  await app.call('retrain.addFile', { text: cachedText });
  const run = () => result<OutputOf<typeof retrainCalls.run>>('retrain.run', { pipeline: 'cached' });
  await run();
  const start = performance.now();
  const { pipeline_run } = await run();
  const seconds = (performance.now() - start) / 1000;
  const cached = pipeline_run.steps.filter((step) => step.cached).length;
  if (cached !== tasks - 1) throw new Error(`${cached} steps were cached, not ${tasks - 1}`);
  return [
    { measure: `run of ${tasks} steps, all cached but one`, value: seconds, unit: 's', target: 'below 2' },
    { measure: 'overhead of a cached step', value: (1000 * seconds) / tasks, unit: 'ms', target: 'below 20' },
  ];
}

async function measure(app: App): Promise<Row[]> {
  const cachedRows = await measureCached(app);
  const text = file();
  const { pipeline } = (await app.call('retrain.addFile', { text })) as OutputOf<typeof retrainCalls.addFile>;
  const store = new PipelineRunStore(app.context.database);
  const facts = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`metric_${index}`, index / 7]));
  const steps = waitingSteps(pipeline.tasks).map((step) => ({
    ...step,
    status: 'succeeded' as const,
    seconds: 1.5,
    summary: 'linear, R² 0.82',
    because: 'nothing that decides about it has changed since run 3',
    facts,
    output: { type: 'run' as const, run: 'run_0198f3c2-6f1e-7a51-9d7e-2b1f0c9a7e11', number: 12 },
  }));
  for (let number = 1; number <= runs; number += 1)
    store.start(
      {
        id: `plr_${number}`,
        pipelineId: pipeline.id,
        trigger: { kind: 'hand', detail: '' },
        definition: text,
        parameters: {},
        steps,
        fresh: false,
      },
      number,
    );
  const bytes = (answer: unknown) => JSON.stringify(answer).length / 1e6;
  const whole = await timed(() => Array.from({ length: runs }, (_, index) => store.find(`plr_${index + 1}`)));
  const listed = await timed(() => app.call('retrain.list', { pipeline: 'many' }) as Promise<Listed>);
  const outline = await timed(() => app.call('retrain.list', { steps: false }) as Promise<Listed>);
  const drawn = await timed(() => layoutGraph(pipeline.tasks.map(({ name, needs }) => ({ id: name, needs }))));
  const amount = `${pipeline.tasks.length} tasks × ${runs} runs`;
  return [
    ...cachedRows,
    { measure: `whole runs read, ${amount}`, value: whole.ms, unit: 'ms' },
    { measure: 'whole runs', value: bytes(whole.answer), unit: 'MB' },
    {
      measure: `list with steps, ${amount}`,
      value: listed.ms,
      unit: 'ms',
      ratio: listed.ms / whole.ms,
      target: 'at most 0.5 ×',
    },
    {
      measure: 'list with steps',
      value: bytes(listed.answer),
      unit: 'MB',
      ratio: bytes(listed.answer) / bytes(whole.answer),
    },
    {
      measure: 'list without steps',
      value: outline.ms,
      unit: 'ms',
      ratio: outline.ms / whole.ms,
      target: 'at most 0.1 ×',
    },
    { measure: 'list without steps', value: bytes(outline.answer), unit: 'MB' },
    {
      measure: `layout of the graph, ${pipeline.tasks.length} tasks`,
      value: drawn.ms,
      unit: 'ms',
      target: 'at most 2 s with the drawing',
    },
  ];
}

export default bench;
