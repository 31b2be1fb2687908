import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { syncFolder, writeFileDurably } from '../../base/durable-files.ts';
import { GalleyError } from '../../base/errors.ts';
import { suggestName } from '../../base/nearest-name.ts';

const folderName = 'recipes';
const mostBytes = 1_000_000;

/** The recipe files of a project: `recipes/NAME.yaml`. Their user may write them by hand, too. */
export class RecipeFiles {
  readonly #folder: string;

  constructor(projectPath: string) {
    this.#folder = join(projectPath, folderName);
  }

  /** Path of a recipe's file within the project. */
  file(name: string): string {
    return `${folderName}/${name}.yaml`;
  }

  names(): string[] {
    if (!existsSync(this.#folder)) return [];
    return readdirSync(this.#folder)
      .flatMap((file) => /^([a-z][a-z0-9_-]{0,63})\.yaml$/.exec(file)?.[1] ?? [])
      .sort();
  }

  /** @throws GalleyError `data.unknown_recipe`, `data.invalid_recipe` where the file is too large */
  read(name: string): string {
    const path = this.#path(name);
    if (!existsSync(path)) {
      const names = this.names();
      throw new GalleyError('data.unknown_recipe', `There is no recipe "${name}". ${suggestName(name, names)}`, {
        details: { name, names },
      });
    }
    if (statSync(path).size > mostBytes)
      throw new GalleyError('data.invalid_recipe', `${this.file(name)} is larger than ${mostBytes / 1e6} MB.`, {
        details: { file: this.file(name) },
      });
    return readFileSync(path, 'utf8');
  }

  write(name: string, text: string): void {
    mkdirSync(this.#folder, { recursive: true });
    writeFileDurably(this.#path(name), text);
  }

  /** @throws GalleyError `data.unknown_recipe` */
  remove(name: string): void {
    this.read(name);
    rmSync(this.#path(name));
    syncFolder(this.#folder);
  }

  #path(name: string): string {
    return join(this.#folder, `${name}.yaml`);
  }
}
