import { isAbsolute, normalize } from 'node:path';
import type { ProjectInfo } from '../../contract/project.ts';
import type { Trust } from '../../store/trust.ts';
import type { Triggers } from '../definition/triggers.ts';

/**
 * Which folders outside the project triggers may look into: those of files that were added on this machine. Trust in the
 * project says nothing of them, since a file may change with a pull.
 */
export class FolderTrust {
  readonly #project: ProjectInfo;
  readonly #trust: Pick<Trust, 'has' | 'grant'>;

  constructor(project: ProjectInfo, trust: Pick<Trust, 'has' | 'grant'>) {
    this.#project = project;
    this.#trust = trust;
  }

  has(folder: string): boolean {
    return this.#trust.has(this.#project, allowed(folder));
  }

  /** All folders of a file that its user adds. */
  grant({ list }: Pick<Triggers, 'list'>): void {
    for (const trigger of list)
      if (trigger.on === 'files' && isAbsolute(trigger.path)) this.#trust.grant(this.#project, allowed(trigger.path));
  }
}

function allowed(folder: string): string {
  return `look into ${normalize(folder)}`;
}
