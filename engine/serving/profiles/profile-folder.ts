import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Type from 'typebox';
import { Check } from 'typebox/value';
import type { ProfileDocument } from '../../statistics/profile/document.ts';
import { profileUnits } from '../../statistics/profile/window-time.ts';

/** As far as it is needed to pass it on. */
const WrittenDocument = Type.Object({
  format: Type.Literal('galley-profile'),
  formatVersion: Type.Literal(1),
  instance: Type.String(),
  profiles: Type.Array(
    Type.Object({
      version: Type.Integer(),
      reference: Type.String(),
      leftOut: Type.Integer(),
      windows: Type.Array(Type.Object({ unit: Type.Enum([...profileUnits]), start: Type.Integer() })),
    }),
  ),
});

/** A folder that keeps the sums of a server over its restarts: a file for each model and role. */
export class ProfileFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What was written last; undefined where there is nothing that can be read. */
  async read(name: string): Promise<ProfileDocument | undefined> {
    try {
      const document: unknown = JSON.parse(await readFile(this.#path(name), 'utf8'));
      return Check(WrittenDocument, document) ? (document as ProfileDocument) : undefined;
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
