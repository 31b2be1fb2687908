import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { processEntry, processEnvironment } from '../base/entry.ts';
import { GalleyError } from '../base/errors.ts';
import type { OutputOf } from '../contract/call.ts';
import type { PipelineStep } from '../contract/retrain.ts';
import type { PipelineTask } from '../contract/retrain-pipeline.ts';
import type { retrainPortableCalls } from '../contract/retrain-portable.ts';
import { pipelineFile, stepCommand, taskSlugs } from '../retrain/index.ts';
import { stepSummary } from './step-summary.ts';

/** How a task ended that ran alone. */
interface AloneResult {
  task: string;
  status: string;
  summary: string;
  seconds: number;
}

interface IsolatedRun extends OutputOf<typeof retrainPortableCalls.isolate> {
  folder: string;
  /** Approves what asks a person. */
  approvedBy: string | undefined;
}

/**
 * Runs the tasks of a pipeline one after another as its exports do: each in a process of its own, from a clean folder that
 * holds the pipeline's file and what the tasks before it gave, with a project and a user's folder of its own.
 * @param told called after each task
 */
async function runIsolated(run: IsolatedRun, told: (result: AloneResult) => Promise<void>): Promise<AloneResult[]> {
  const slugs = taskSlugs(run.tasks.map(({ name }) => name));
  const slugOf = new Map(run.tasks.map(({ name }, index) => [name, slugs[index] as string]));
  const results: AloneResult[] = [];
  for (const task of run.tasks) {
    const begin = performance.now();
    const made = await runTask(run, task, slugOf);
    const result = { task: task.name, ...made, seconds: Math.round(performance.now() - begin) / 1000 };
    results.push(result);
    await told(result);
  }
  return results;
}

async function runTask(
  run: IsolatedRun,
  task: PipelineTask,
  slugOf: ReadonlyMap<string, string>,
): Promise<Pick<AloneResult, 'status' | 'summary'>> {
  const slug = slugOf.get(task.name) as string;
  const folder = join(run.folder, 'steps', slug);
  mkdirSync(join(folder, 'in'), { recursive: true });
  const file = join(folder, pipelineFile(run.name));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, run.text);
  const files = join(run.folder, 'files', slug);
  if (existsSync(files)) cpSync(files, folder, { recursive: true });
  for (const need of task.needs) {
    const given = join(run.folder, 'made', slugOf.get(need) as string);
    if (existsSync(given)) cpSync(given, join(folder, 'in', slugOf.get(need) as string), { recursive: true });
  }
  const out = join(run.folder, 'made', slug);
  const [, ...words] = stepCommand(run.name, slug, { in: 'in', out });
  const approval = task.kind === 'approve' && run.approvedBy !== undefined ? ['--approved-by', run.approvedBy] : [];
  const child = spawn(process.execPath, [fileURLToPath(processEntry('cli')), ...words, ...approval], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...processEnvironment(),
      GALLEY_HOME: join(folder, 'home'),
      GALLEY_PROJECT: undefined,
      GALLEY_REMOTE: run.remote,
    } as NodeJS.ProcessEnv,
  });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => {
    said += bytes.toString('utf8');
  });
  const [code] = (await once(child, 'close')) as [number | null];
  const written = join(out, 'artifact.json');
  if (!existsSync(written)) return { status: 'failed', summary: said.trim() || `it ended with ${code}` };
  const { status, ...told } = JSON.parse(readFileSync(written, 'utf8')) as Pick<
    PipelineStep,
    'status' | 'summary' | 'because'
  >;
  return { status, summary: stepSummary(told) };
}

/** As `runIsolated`, told on standard output. @throws GalleyError `retrain.isolated_run_failed` */
export async function tellIsolated(
  run: IsolatedRun,
  asJson: boolean,
  write: (text: string) => Promise<void>,
): Promise<void> {
  const steps = await runIsolated(run, async ({ task, status, seconds, summary }) => {
    if (!asJson) await write(`${task}: ${status} in ${seconds.toFixed(1)} s. ${summary}\n`);
  });
  const failed = steps.filter(({ status }) => status === 'failed').map(({ task }) => task);
  if (failed.length > 0)
    throw new GalleyError('retrain.isolated_run_failed', `Alone, ${failed.join(', ')} failed.`, { details: { steps } });
  if (asJson) await write(`${JSON.stringify({ steps })}\n`);
}
