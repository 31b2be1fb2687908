import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileDurably } from '../base/durable-files.ts';

const place = (projectPath: string) => join(projectPath, 'run', 'port');

/** The port that the last engine of the project had; undefined where there was none. */
export function lastPort(projectPath: string): number | undefined {
  try {
    const port = Number(readFileSync(place(projectPath), 'utf8'));
    return Number.isInteger(port) && port >= 1024 && port <= 65_535 ? port : undefined;
  } catch {
    return undefined;
  }
}

export function rememberPort(projectPath: string, port: number): void {
  if (port === lastPort(projectPath)) return;
  writeFileDurably(place(projectPath), `${port}\n`);
}
