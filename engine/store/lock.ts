import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import SqliteDatabase from 'better-sqlite3';
import { GalleyError } from '../base/errors.ts';

export interface ProjectLock {
  release(): void;
}

/** Who has the project open, as `run/engine.json` says. */
function holder(projectPath: string): string {
  const path = join(projectPath, 'run', 'engine.json');
  if (!existsSync(path)) return 'another Galley';
  try {
    const { pid, startedAt } = JSON.parse(readFileSync(path, 'utf8')) as { pid: number; startedAt: string };
    return `the engine with process id ${pid}, running since ${startedAt}`;
  } catch {
    return 'another Galley';
  }
}

/**
 * Takes the project's lock: an exclusive transaction on `run/lock`, held as long as the engine lives. The operating
 * system drops it with the process, so a killed engine leaves nothing to clean up.
 * @param waitMilliseconds how long to wait for another engine, said through `onWait`.
 * @throws GalleyError `store.locked`
 */
export async function acquireLock(
  projectPath: string,
  waitMilliseconds: number,
  onWait: (message: string) => void,
): Promise<ProjectLock> {
  const lock = new SqliteDatabase(join(projectPath, 'run', 'lock'), { timeout: 0 });
  const deadline = performance.now() + waitMilliseconds;
  let said = false;
  for (;;) {
    try {
      lock.exec('BEGIN EXCLUSIVE');
      return { release: () => lock.close() };
    } catch (error) {
      if ((error as { code?: string }).code !== 'SQLITE_BUSY') {
        lock.close();
        throw error;
      }
    }
    if (performance.now() >= deadline) {
      lock.close();
      throw new GalleyError('store.locked', `The project ${projectPath} is open in ${holder(projectPath)}.`, {
        details: { path: projectPath },
      });
    }
    if (!said) {
      onWait(`Waiting for ${holder(projectPath)}, which has the project open.`);
      said = true;
    }
    await sleep(100);
  }
}
