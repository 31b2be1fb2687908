import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProfileDocument } from '../../statistics/profile/document.ts';

/** A folder that keeps the sums of a server over its restarts: a file for each model and role. */
export class ProfileFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What was written last; undefined where there is nothing that can be read. */
  async read(name: string): Promise<ProfileDocument | undefined> {
    try {
      const document = JSON.parse(await readFile(this.#path(name), 'utf8')) as ProfileDocument;
      const isOurs = document.format === 'galley-profile' && document.formatVersion === 1;
      return isOurs && Array.isArray(document.profiles) ? document : undefined;
    } catch {
      return undefined;
    }
  }

  /** The file is the old or the new one, whenever the process ends. */
  async write(name: string, document: ProfileDocument): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const path = this.#path(name);
    await writeFile(`${path}.part`, JSON.stringify(document));
    await rename(`${path}.part`, path);
  }

  #path(name: string): string {
    return join(this.#folder, `${encodeURIComponent(name)}.json`);
  }
}
