import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeFileDurably } from '../base/durable-files.ts';
import type { ProjectInfo } from '../contract/project.ts';
import { isProject } from '../store/project.ts';
import { userFolder } from '../store/user-folder.ts';

const kept = 10;

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
