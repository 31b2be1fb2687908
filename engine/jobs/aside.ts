import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { errorFromReport, GalleyError } from '../base/errors.ts';
import type { FromJobProcess, ToJobProcess } from './job-process.ts';

/** A question to a process of its own that is no job: nothing of it is stored or shown. */
export interface Aside {
  /** A job function and what it takes. */
  kind: string;
  input: unknown;
  /** How long it may take, and what is said where it takes longer. */
  limit?: { milliseconds: number; error: () => GalleyError };
  /** Comes when nobody waits any more. */
  signal?: AbortSignal | undefined;
}

/**
 * Asks a job process once and ends it, whatever it is at: DuckDB hears of an interrupt only between two vectors of rows, and
 * one may take any time.
 * @throws GalleyError what the function failed with, the limit's error, `call.canceled`, `job.process_died`
 */
export async function askOnce(
  child: ChildProcess,
  message: ToJobProcess,
  { limit, signal }: Pick<Aside, 'limit' | 'signal'>,
): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  let leave: (() => void) | undefined;
  try {
    return await new Promise((resolve, reject) => {
      leave = () => reject(new GalleyError('call.canceled', 'The caller no longer waits for the answer.'));
      if (signal?.aborted) return leave();
      signal?.addEventListener('abort', leave, { once: true });
      if (limit) timer = setTimeout(() => reject(limit.error()), limit.milliseconds);
      child.on('message', (answer: FromJobProcess) => {
        if (answer.type === 'succeeded') resolve(answer.output);
        else if (answer.type === 'failed') reject(errorFromReport(answer.error));
      });
      child.on('error', reject);
      child.on('close', (code, ended) =>
        reject(
          new GalleyError(
            'job.process_died',
            `The process at work ended without an answer (${ended ?? `exit code ${code}`}).`,
            { details: { code, signal: ended } },
          ),
        ),
      );
      child.send(message);
    });
  } finally {
    clearTimeout(timer);
    if (leave) signal?.removeEventListener('abort', leave);
    await kill(child);
  }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
