import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { processEntry, processEnvironment } from '../base/entry.ts';
import { errorFromReport, GalleyError } from '../base/errors.ts';
import type { EngineMessage } from '../contract/engine-message.ts';
import { type EngineFile, readEngineFile } from '../store/engine-file.ts';
import { isProject, readProject } from '../store/project.ts';

const startLimitMilliseconds = 30_000;

/** The address of a running engine, with a new ticket; undefined where none answers. */
export async function entryUrlOf(engine: EngineFile): Promise<string | undefined> {
  try {
    const origin = `http://127.0.0.1:${engine.port}`;
    const response = await fetch(`${origin}/api/ticket`, {
      method: 'POST',
      headers: { authorization: `Bearer ${engine.token}` },
    });
    if (!response.ok) return undefined;
    const { ticket } = (await response.json()) as { ticket: string };
    return `${origin}/#ticket=${ticket}`;
  } catch {
    return undefined;
  }
}

/**
 * Address of the engine of another project: of the one that runs, else of a new one, which stays as long as something
 * needs it.
 * @throws GalleyError what kept the engine from starting.
 */
export async function startEngineFor(projectPath: string, create: boolean): Promise<string> {
  const running = readEngineFile(resolve(projectPath));
  const known = running && (await entryUrlOf(running));
  return known ?? spawnEngine(resolve(projectPath), create);
}

/**
 * Standard output and errors of an engine that nobody watches: `logs/engine.log`.
 * @throws GalleyError what keeps the project from being opened, before anything of it is touched.
 */
function openLog(projectPath: string, create: boolean): number | 'ignore' {
  if (isProject(projectPath)) readProject(projectPath);
  else if (!create) return 'ignore';
  mkdirSync(join(projectPath, 'logs'), { recursive: true });
  return openSync(join(projectPath, 'logs', 'engine.log'), 'a');
}

function spawnEngine(projectPath: string, create: boolean): Promise<string> {
  const options = ['--project', projectPath, '--detached', ...(create ? ['--create'] : [])];
  const log = openLog(projectPath, create);
  const child = spawn(process.execPath, [fileURLToPath(processEntry('main')), ...options], {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
    env: processEnvironment() as NodeJS.ProcessEnv,
  });
  if (log !== 'ignore') closeSync(log);
  return new Promise<string>((resolvePromise, reject) => {
    const timer = setTimeout(() => {
      child.kill();
      reject(silentEngine(projectPath, 'did not start within 30 seconds'));
    }, startLimitMilliseconds);
    child.on('message', (message: EngineMessage) => {
      if (message.type === 'failed') return reject(errorFromReport(message.error));
      child.disconnect();
      child.unref();
      resolvePromise(message.url);
    });
    child.on('error', reject);
    child.on('exit', (code) => reject(silentEngine(projectPath, `ended with ${code}`)));
    child.on('disconnect', () => clearTimeout(timer));
  });
}

function silentEngine(projectPath: string, what: string): GalleyError {
  return new GalleyError('store.engine_silent', `The engine of ${projectPath} ${what}.`);
}
