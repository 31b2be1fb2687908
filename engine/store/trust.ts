import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeFileDurably } from '../base/durable-files.ts';
import { GalleyError } from '../base/errors.ts';
import type { ProjectInfo } from '../contract/project.ts';
import { userFolder } from './user-folder.ts';

/** A text of a project that would be run as SQL, and where it stands. */
export interface SqlText {
  /** File in the project's folder: `recipes/clean.yaml`. */
  file: string;
  /** Which part of the file: `steps[3] (derive)`. */
  place: string;
  sql: string;
}

/**
 * Which projects their user trusts to run the SQL they hold: one file a project in the user's own folder, named by the
 * project's id and place. So a copy that came from elsewhere, or that was moved, is asked about anew. What is more than SQL
 * is trusted one by one, each with a file of its own.
 */
export class Trust {
  readonly #folder: string;

  constructor(folder = join(userFolder(), 'trusted')) {
    this.#folder = folder;
  }

  /** @param what of the project, such as a command; its SQL where it is left out */
  has(project: Pick<ProjectInfo, 'id' | 'path'>, what?: string): boolean {
    return existsSync(this.#file(project, what));
  }

  /** @param what as of `has` @throws where the user's folder cannot be written */
  grant(project: ProjectInfo, what?: string): void {
    const file = this.#file(project, what);
    mkdirSync(dirname(file), { recursive: true });
    writeFileDurably(file, `${JSON.stringify({ ...project, what }, null, 2)}\n`, 0o600);
  }

  /** Takes back that the SQL of a project is trusted: other SQL came. What was trusted one by one stays so. */
  revoke(project: Pick<ProjectInfo, 'id' | 'path'>): void {
    rmSync(this.#file(project), { force: true });
  }

  /**
   * Lets SQL of a trusted project pass.
   * @param texts what would be run; without any there is nothing to trust
   * @throws GalleyError `data.untrusted_sql`, which says where to look
   */
  require(project: ProjectInfo, texts: readonly SqlText[]): void {
    const [first] = texts;
    if (!first || this.has(project)) return;
    const files = [...new Set(texts.map((text) => text.file))];
    const more = files.length > 1 ? ` and ${files.length - 1} more` : '';
    const message = `The project ${project.name} came from elsewhere; nobody on this machine has trusted its SQL in ${first.file}${more} yet.`;
    throw new GalleyError('data.untrusted_sql', message, { details: { project: project.path, files, texts } });
  }

  #file({ id, path }: Pick<ProjectInfo, 'id' | 'path'>, what?: string): string {
    const place = existsSync(path) ? realpathSync(path) : path;
    // No path holds a NUL.
    const part = what === undefined ? '' : `\0${what}`;
    const name = createHash('sha256').update(`${id}\n${place}${part}`).digest('hex');
    return join(this.#folder, `${name.slice(0, 32)}.json`);
  }
}
