import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const answerLimit = 2000;

/** An engine that serves a project. */
export interface RunningEngine {
  /** Good for one use within a minute. */
  url: string;
  pid: number;
}

/**
 * The engine that already serves the project (a deployment or a schedule keeps one), with a new ticket; undefined where
 * none answers. Reads the project's `run/engine.json`.
 */
export async function findRunningEngine(projectPath: string): Promise<RunningEngine | undefined> {
  try {
    const { pid, port, token } = JSON.parse(await readFile(join(projectPath, 'run', 'engine.json'), 'utf8'));
    const origin = `http://127.0.0.1:${port}`;
    const headers = { authorization: `Bearer ${token}` };
    const signal = AbortSignal.timeout(answerLimit);
    const response = await fetch(`${origin}/api/ticket`, { method: 'POST', headers, signal });
    if (!response.ok) return undefined;
    const { ticket } = (await response.json()) as { ticket: string };
    return { url: `${origin}/#ticket=${ticket}`, pid };
  } catch {
    return undefined;
  }
}

/** Whether a process of this user is there. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
