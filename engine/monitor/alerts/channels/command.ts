import { spawn } from 'node:child_process';
import type { ChannelSpec } from './channel-store.ts';
import { failure } from './failure.ts';
import type { Message } from './message.ts';
import { isSecretVariable } from './secret-variables.ts';

const limitMilliseconds = 30_000;
/** Of what a program says about why it failed. */
const saidCharacters = 500;

/**
 * Runs a program with its arguments, without a shell; it gets the message as JSON on its standard input. One that takes
 * longer than the limit is ended, with all it started.
 * @throws Failure where it cannot be run, ends with another status than 0, or takes too long
 */
export async function runCommand(
  spec: ChannelSpec,
  message: Message,
  folder: string,
  limit = limitMilliseconds,
): Promise<void> {
  const [program = '', ...given] = spec.command ?? [];
  const child = spawn(program, given, {
    cwd: folder,
    env: environment(),
    shell: false,
    stdio: ['pipe', 'ignore', 'pipe'],
    windowsHide: true,
    // A group of its own, so that what it started ends with it.
    detached: process.platform !== 'win32',
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (said.length < saidCharacters) said += text;
  });
  child.stdin.on('error', () => {}); // It need not read.
  child.stdin.end(`${JSON.stringify(message)}\n`);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    endAll(child.pid);
  }, limit);
  try {
    const ending = await new Promise<string | number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (status, signal) => resolve(status ?? signal ?? 'nobody knows how'));
    });
    if (isLate) throw failure(`${program} took longer than ${limit / 1000} s and was ended.`, true);
    const why = said.trim().slice(0, saidCharacters);
    const how = typeof ending === 'number' ? `ended with status ${ending}` : `was ended by ${ending}`;
    if (ending !== 0) throw failure(`${program} ${how}${why === '' ? '' : `: ${why}`}.`, true);
  } catch (error) {
    throw failure(notStarted(error as NodeJS.ErrnoException, program) ?? error, true, program);
  } finally {
    clearTimeout(timer);
    child.stderr.destroy();
  }
}

function notStarted({ code }: NodeJS.ErrnoException, program: string): string | undefined {
  if (code === 'ENOENT') return `There is no program ${program}.`;
  return code === 'EACCES'
    ? `${program} may not be run by this user: it is no program, or not marked as one.`
    : undefined;
}

/** That of the engine, without what other channels keep secret. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isSecretVariable(name)));
}

function endAll(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
