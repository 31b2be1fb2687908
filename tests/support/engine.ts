import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { errorFromReport } from '../../engine/base/errors.ts';
import type { ErrorReport } from '../../engine/contract/errors.ts';
import type { Job } from '../../engine/contract/jobs.ts';
import { readEngineFile } from '../../engine/store/engine-file.ts';
import { checkoutFolder } from './needs.ts';
import { temporaryFolder } from './temporary.ts';

/** A file that the package ships and that is started as a process; `built-product.ts` makes it. */
const builtEntry = (name: 'main' | 'cli') => join(checkoutFolder, 'dist', 'engine', `${name}.js`);

/** Environment of engines in tests: no folder of the user is touched. */
export function testEnvironment(home = temporaryFolder()): NodeJS.ProcessEnv {
  return {
    ...process.env,
    GALLEY_HOME: home,
    GALLEY_PROJECT: undefined,
    GALLEY_KEYCHAIN: 'off',
    ORT_DISABLE_TELEMETRY: '1',
  };
}

export interface RunningEngine {
  url: string;
  port: number;
  pid: number;
  process: ChildProcess;
  /** @param signal makes the caller go away */
  call<Output = Record<string, unknown>>(name: string, input: unknown, signal?: AbortSignal): Promise<Output>;
  /** The result of a job call. */
  result<Output = Record<string, unknown>>(name: string, input: unknown): Promise<Output>;
  /** The first state of the job that fits. @throws where it ended in another one */
  jobWhere(id: string, condition: (job: Job) => boolean): Promise<Job>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** A real engine process on a project folder, ended with the test. */
export function startEngine(projectPath: string, ...options: string[]): Promise<RunningEngine> {
  return startEngineOf(temporaryFolder(), projectPath, ...options);
}

/** As `startEngine`, for the user of a folder: what was trusted there is trusted. */
export async function startEngineOf(home: string, projectPath: string, ...options: string[]): Promise<RunningEngine> {
  const child = spawn(process.execPath, [builtEntry('main'), '--project', projectPath, '--create', ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: testEnvironment(home),
  });
  const exited = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await exited;
  });
  const { url, port } = await readyLine(child);
  const token = readEngineFile(projectPath)?.token;
  const call = async (name: string, input: unknown, signal: AbortSignal | null = null) => {
    const response = await fetch(`http://127.0.0.1:${port}/api/${name.replace('.', '/')}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(input),
      signal,
    });
    const body = (await response.json()) as { error?: ErrorReport };
    if (body.error) throw errorFromReport(body.error);
    return body;
  };
  const jobWhere = async (id: string, condition: (job: Job) => boolean) => {
    for (;;) {
      const { job } = (await call('jobs.show', { id })) as unknown as { job: Job };
      if (condition(job)) return job;
      if (hasEnded(job)) throw new Error(`job ${id} ended as ${job.state}, which is not what was waited for`);
      await sleep(20);
    }
  };
  const result = async (name: string, input: unknown) => {
    const { job } = (await call(name, input)) as unknown as { job: Job };
    const ended = await jobWhere(job.id, hasEnded);
    if (ended.error) throw errorFromReport(ended.error as ErrorReport);
    return ended.result;
  };
  const kill = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await exited;
  };
  return { url, port, pid: child.pid as number, process: child, call, result, jobWhere, kill } as RunningEngine;
}

export const hasEnded = ({ state }: Job) => state !== 'queued' && state !== 'running';

function readyLine(child: ChildProcess): Promise<{ url: string; port: number }> {
  return new Promise((resolve, reject) => {
    const errors: string[] = [];
    createInterface({ input: child.stderr as NodeJS.ReadableStream }).on('line', (line) => errors.push(line));
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      if (line.startsWith('galley-engine ')) resolve(JSON.parse(line.slice('galley-engine '.length)));
    });
    child.on('exit', (code) => reject(new Error(`the engine ended with ${code}: ${errors.join('\n')}`)));
  });
}

export interface CommandResult<Output> {
  code: number | null;
  /** Standard output as JSON. */
  json: Output;
  stdout: string;
  stderr: string;
}

/** Runs `galley …` as its own process. */
export async function galley<Output = Record<string, never>>(
  words: string[],
  options: { cwd?: string; home?: string; stdin?: string; environment?: Record<string, string> } = {},
): Promise<CommandResult<Output>> {
  const child = spawn(process.execPath, [builtEntry('cli'), ...words], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...testEnvironment(options.home), ...options.environment },
    cwd: options.cwd,
  });
  child.stdin.end(options.stdin);
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => (output[name] += text));
  const [code] = (await once(child, 'close')) as [number | null];
  const json = words.includes('--json') ? (JSON.parse(output.stdout) as Output) : ({} as Output);
  return { code, json, ...output };
}
