import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { processEntry, processEnvironment } from '../base/entry.ts';
import { errorFromReport, GalleyError } from '../base/errors.ts';
import type { ErrorReport } from '../contract/errors.ts';
import { type EngineFile, readEngineFile } from '../store/engine-file.ts';

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

function spawnEngine(projectPath: string, create: boolean): Promise<string> {
  const options = ['--project', projectPath, '--detached', ...(create ? ['--create'] : [])];
  const child = spawn(process.execPath, [fileURLToPath(processEntry('main')), ...options], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: processEnvironment() as NodeJS.ProcessEnv,
  });
  return new Promise<string>((resolvePromise, reject) => {
    const timer = setTimeout(() => {
      child.kill();
      reject(new GalleyError('store.engine_silent', `The engine of ${projectPath} did not start within 30 seconds.`));
    }, startLimitMilliseconds);
    let report: ErrorReport | undefined;
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (line.startsWith('galley-engine-error '))
        report = JSON.parse(line.slice('galley-engine-error '.length)) as ErrorReport;
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!line.startsWith('galley-engine ')) return;
      clearTimeout(timer);
      child.stdout.destroy();
      child.stderr.destroy();
      child.unref();
      resolvePromise((JSON.parse(line.slice('galley-engine '.length)) as { url: string }).url);
    });
    child.on('error', reject);
    child.on('exit', (code) => {
      clearTimeout(timer);
      reject(
        report
          ? errorFromReport(report)
          : new GalleyError('store.engine_silent', `The engine of ${projectPath} ended with ${code}.`),
      );
    });
  });
}
