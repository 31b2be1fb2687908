import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeNamedFolder } from '../../base/durable-files.ts';
import { GalleyError } from '../../base/errors.ts';
import type { OutputOf } from '../../contract/call.ts';
import type { retrainPortableCalls } from '../../contract/retrain-portable.ts';
import type { RemoteStore } from '../../data/index.ts';
import { jobResult } from '../../jobs/job-result.ts';
import type { ReadPipeline } from '../definition/read-pipeline.ts';
import { taskSlugs } from '../definition/task-slug.ts';
import type { Task } from '../definition/tasks.ts';
import { withParameters } from '../definition/with-parameters.ts';
import type { StepPhases, StepTools } from '../step-tools.ts';
import { copyReads } from './declared-files.ts';
import { readState, writeState } from './pipeline-state.ts';
import { withTemporaryRemote } from './temporary-remote.ts';

type Handed = OutputOf<typeof retrainPortableCalls.handOver>;

/**
 * Copies to a remote what the steps of a pipeline need elsewhere: the versions of its datasets, and its state.
 * @throws GalleyError of data and package
 */
export async function handOver(
  tools: StepTools,
  { name, tasks }: { name: string; tasks: readonly Task[] },
  remote: string | undefined,
): Promise<Handed> {
  const references = referencesOf(tasks).filter((reference) => isThere(tools, reference));
  await push(tools, datasetsOf(tools, tasks, references), remote);
  return withRemote(tools, remote, async (opened) => ({ state: await writeState(tools, opened, name, references) }));
}

/** Hands a pipeline over to a folder that stands for a remote. @throws GalleyError as `handOver` */
export async function isolate(
  tools: StepTools,
  pipeline: Pick<ReadPipeline, 'name' | 'tasks' | 'given'> & { text: string },
  folder: string,
): Promise<OutputOf<typeof retrainPortableCalls.isolate>> {
  const remote = join(folder, 'remote');
  makeNamedFolder(remote);
  await withTemporaryRemote(tools, 'isolated-run', { address: remote }, (known) => handOver(tools, pipeline, known));
  const { name, text, tasks, given } = pipeline;
  await bringFiles(tools, tasks, join(folder, 'files'));
  return { name, text: withParameters(text, given), tasks: tasks.map(({ members, ...task }) => task), remote };
}

/** Copies what each command reads to a folder of its own, as the container of an export has it. */
async function bringFiles({ context }: StepPhases, tasks: readonly Task[], folder: string): Promise<void> {
  const slugs = taskSlugs(tasks.map(({ name }) => name));
  for (const [index, task] of tasks.entries())
    if (task.kind === 'run') {
      const to = join(folder, slugs[index] as string);
      mkdirSync(to, { recursive: true });
      await copyReads(task, context.project.path, to);
    }
}

/**
 * Takes in what a pipeline that runs elsewhere made: its versions with their data, and where its aliases point.
 * @throws GalleyError `retrain.no_state`, and of data and package
 */
export async function takeBack(tools: StepTools, pipeline: string, remote: string | undefined): Promise<Handed> {
  const { phases, context, signal } = tools;
  await jobResult({ context, signal }, () => phases.data.handlers.pull({ ...(remote !== undefined && { remote }) }));
  return withRemote(tools, remote, async (opened) => {
    const read = await readState(tools, opened, pipeline);
    if (read === undefined)
      throw new GalleyError('retrain.no_state', `The remote has no state of the pipeline ${pipeline}.`, {
        details: { pipeline },
      });
    pointAliases(tools, read.state);
    return { state: read.state };
  });
}

/** Points the aliases of a state at their versions; what a number or `latest` names is no alias that can be moved. */
export function pointAliases({ context, phases }: StepPhases, { pipeline, number, aliases }: Handed['state']): void {
  const reason = `state ${number} of ${pipeline}`;
  context.database.transaction(() => {
    for (const [reference, target] of Object.entries(aliases)) {
      const [model = '', alias = ''] = reference.split('@');
      if (/^(?:\d+|latest)$/.test(alias)) continue;
      const version = Number(target.split('@')[1]);
      if (aliasNow(phases, reference) !== version)
        phases.packages.moveAlias({ model, alias, version, by: `pipeline ${pipeline}`, reason });
    }
  });
}

function aliasNow({ packages }: StepPhases['phases'], reference: string): number | undefined {
  try {
    return packages.resolve(reference).version.version;
  } catch {
    return undefined;
  }
}

/** The models that a pipeline goes on from: what it trains like, compares with and moves. */
export function referencesOf(tasks: readonly Task[]): string[] {
  const named = tasks.flatMap(({ kind, members }) => {
    if (kind === 'train' || kind === 'backtest') return members.like ?? [];
    if (kind === 'compare') return members.champion ?? [];
    return kind === 'register' ? `${members.model}@champion` : [];
  });
  return [...new Set(named.map(String).map((name) => (name.includes('@') ? name : `${name}@champion`)))];
}

function isThere({ phases }: StepPhases, reference: string): boolean {
  try {
    return phases.packages.resolve(reference) !== undefined;
  } catch {
    return false;
  }
}

function datasetsOf(tools: StepPhases, tasks: readonly Task[], references: readonly string[]): string[] {
  const fetched = tasks
    .filter(({ kind }) => kind === 'fetch')
    .map(({ members }) => tools.phases.data.resolve(String(members.dataset)).dataset.name);
  return [...new Set([...fetched, ...datasetsBehind(tools, references)])];
}

/** Names of the datasets that versions were trained and judged on. */
function datasetsBehind({ phases }: StepPhases, references: readonly string[]): string[] {
  return [...new Set(references.flatMap((reference) => phases.packages.parts(reference).datasets))];
}

/** Copies datasets to a remote. */
export const push = (tools: StepTools, datasets: readonly string[], remote: string | undefined) =>
  transfer(tools, 'push', datasets, remote);

/** Copies datasets from a remote. */
export const pull = (tools: StepTools, datasets: readonly string[], remote: string | undefined) =>
  transfer(tools, 'pull', datasets, remote);

async function transfer(
  { phases, context, signal }: StepTools,
  way: 'push' | 'pull',
  datasets: readonly string[],
  remote: string | undefined,
): Promise<void> {
  if (datasets.length === 0) return;
  await jobResult({ context, signal }, () =>
    phases.data.handlers[way]({ datasets: [...datasets], ...(remote !== undefined && { remote }) }),
  );
}

export async function withRemote<Result>(
  { phases }: StepPhases,
  remote: string | undefined,
  work: (opened: RemoteStore) => Promise<Result>,
): Promise<Result> {
  const opened = await phases.data.openRemote(remote);
  try {
    return await work(opened);
  } finally {
    await opened.close();
  }
}
