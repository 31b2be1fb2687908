import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { LogLines } from './log-lines.ts';

/** How long a program that is told to end may take to. */
const graceMilliseconds = 3000;
/** What has left the group may hold its outputs open; it is not waited for. */
const closingMilliseconds = 1000;
const isWindows = process.platform === 'win32';

export interface ProgramOrder {
  program: string;
  given: readonly string[];
  folder: string;
  environment: Readonly<Record<string, string>>;
  lines: LogLines;
  /** Ends the program, and all that it started. */
  signal: AbortSignal;
}

/** The status of a program that ended by itself, or the signal that ended it. */
export type Ending = number | NodeJS.Signals;

/**
 * Runs a program without a shell, in a group of its own that ends with it, and (but on Windows) with this process.
 * @throws what the signal was aborted with; the error of the system where it cannot be started
 */
export async function runProgram(order: ProgramOrder): Promise<Ending> {
  const { program, given, folder, environment, lines, signal } = order;
  signal.throwIfAborted();
  const child = spawn(program, [...given], {
    cwd: folder,
    env: { ...environment },
    shell: false,
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: !isWindows,
  });
  const guard = guardOf(child);
  const closed = once(child, 'close').catch(() => undefined);
  for (const stream of [child.stdout, child.stderr]) {
    const take = lines.output();
    stream.on('data', take).on('end', () => take());
  }
  const stop = () => void endGroup(child);
  signal.addEventListener('abort', stop);
  try {
    const ending = await endingOf(child);
    signal.throwIfAborted();
    return ending;
  } finally {
    signal.removeEventListener('abort', stop);
    sendToGroup(child, 'SIGKILL');
    guard?.kill('SIGKILL');
    await Promise.race([closed, wait(closingMilliseconds, undefined, { ref: false })]);
    for (const stream of [child.stdout, child.stderr]) stream.destroy();
  }
}

function endingOf(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (status, signal) => resolve(status ?? signal ?? 'SIGKILL'));
  });
}

/** Told first, then ended. */
async function endGroup(child: ChildProcess): Promise<void> {
  if (isWindows) return endTree(child);
  sendToGroup(child, 'SIGTERM');
  await wait(graceMilliseconds, undefined, { ref: false });
  if (child.exitCode === null && child.signalCode === null) sendToGroup(child, 'SIGKILL');
}

/** Ends the group of a program once this process is gone, however that came: then the pipe that it reads ends. */
function guardOf({ pid }: ChildProcess): ChildProcess | undefined {
  if (isWindows || pid === undefined) return undefined;
  const guard = spawn('/bin/sh', ['-c', 'read -r line; kill -s KILL -- "-$1"', 'sh', String(pid)], {
    env: {},
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  return guard.on('error', () => {});
}

function sendToGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (isWindows) child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // All of it has ended meanwhile.
  }
}

function endTree({ pid }: ChildProcess): void {
  if (pid !== undefined)
    spawn('taskkill', ['/pid', String(pid), '/t', '/f'], { windowsHide: true }).on('error', () => {});
}
