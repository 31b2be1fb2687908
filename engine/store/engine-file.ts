import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileDurably } from '../base/durable-files.ts';

/** How others find the engine that has a project open: `run/engine.json`, readable by its user only. */
export interface EngineFile {
  pid: number;
  startedAt: string;
  port: number;
  token: string;
}

const place = (projectPath: string) => join(projectPath, 'run', 'engine.json');

export function writeEngineFile(projectPath: string, file: EngineFile): void {
  writeFileDurably(place(projectPath), `${JSON.stringify(file, null, 2)}\n`, 0o600);
}

/** The file, if its engine still lives; a killed engine leaves one behind. */
export function readEngineFile(projectPath: string): EngineFile | undefined {
  if (!existsSync(place(projectPath))) return undefined;
  try {
    const file = JSON.parse(readFileSync(place(projectPath), 'utf8')) as EngineFile;
    process.kill(file.pid, 0);
    return file;
  } catch {
    return undefined;
  }
}

export function removeEngineFile(projectPath: string): void {
  rmSync(place(projectPath), { force: true });
}
