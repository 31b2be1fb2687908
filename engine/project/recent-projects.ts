import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { writeFileDurably } from '../base/durable-files.ts';
import type { ProjectInfo } from '../contract/project.ts';
import { isProject } from '../store/project.ts';

const kept = 10;

/** Where Galley keeps what belongs to its user rather than to a project. */
export function userFolder(environment = process.env): string {
  if (environment.GALLEY_HOME) return environment.GALLEY_HOME;
  if (process.platform === 'win32') return join(environment.APPDATA ?? homedir(), 'Galley');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Galley');
  return join(environment.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'galley');
}

/** Projects opened lately on this machine, newest first; those whose folder is gone are left out. */
export class RecentProjects {
  readonly #path: string;

  constructor(folder = userFolder()) {
    this.#path = join(folder, 'recent.json');
  }

  list(): ProjectInfo[] {
    return this.#read().filter((project) => isProject(project.path));
  }

  add(project: ProjectInfo): void {
    const others = this.#read().filter((other) => other.path !== project.path);
    try {
      mkdirSync(dirname(this.#path), { recursive: true });
      writeFileDurably(this.#path, `${JSON.stringify([project, ...others].slice(0, kept), null, 2)}\n`);
    } catch (error) {
      console.error(`The list of recent projects could not be written: ${(error as Error).message}`);
    }
  }

  #read(): ProjectInfo[] {
    if (!existsSync(this.#path)) return [];
    try {
      return JSON.parse(readFileSync(this.#path, 'utf8')) as ProjectInfo[];
    } catch {
      return [];
    }
  }
}
