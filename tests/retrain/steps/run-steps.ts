import { expect } from 'vitest';
import type { InputOf } from '../../../engine/contract/call.ts';
import { dataCalls } from '../../../engine/contract/data.ts';
import { type PipelineRun, type PipelineStep, retrainCalls } from '../../../engine/contract/retrain.ts';
import { type StepKind, stepFacts } from '../../../engine/contract/retrain-pipeline.ts';
import type { OpenApp } from '../open-app.ts';

/** A run of a pipeline, and its steps by their names. */
export interface RanSteps {
  run: PipelineRun;
  step(name: string): PipelineStep;
}

type Wish = Omit<InputOf<typeof retrainCalls.run>, 'pipeline'>;

/**
 * Runs a pipeline whose file has these steps.
 * @param steps YAML of the list
 */
export async function runSteps({ call, start, app }: OpenApp, steps: string, wish: Wish = {}): Promise<RanSteps> {
  await call(retrainCalls.addFile, { text: `format: 1\npipeline: work\nsteps:\n${steps}` });
  const job = await start(retrainCalls.run, { pipeline: 'work', ...wish });
  await app.context.jobs.settled(job.id);
  const { id = '' } = (await call(retrainCalls.list, {})).runs[0] ?? {};
  const { pipeline_run: run } = await call(retrainCalls.show, { run: id });
  for (const step of run.steps) expectKnownFacts(step);
  return { run, step: (name) => run.steps.find((step) => step.name === name) as PipelineStep };
}

/** A fact that the reader of a file does not know could not be asked for. */
function expectKnownFacts({ kind, facts }: PipelineStep): void {
  const { names, metrics } = stepFacts[kind as StepKind];
  if (!metrics) expect(names).toEqual(expect.arrayContaining(Object.keys(facts)));
}

/** What a step of a run said. */
export async function logOf({ call }: OpenApp, { run }: RanSteps, step: string): Promise<string[]> {
  return (await call(retrainCalls.log, { run: run.id, step })).lines.map((line) => line.slice(line.indexOf(' ') + 1));
}

export function addRows({ call }: OpenApp, name: string, text: string, time?: string): Promise<unknown> {
  return call(dataCalls.addText, { name, text, fileName: `${name}.csv`, ...(time !== undefined && { time }) });
}
