import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const filePattern = /^(\d+)-(\d+)\.f32$/;

/**
 * What trials said of the folds, of which a blend is chosen: in memory, and a file each in a folder, so that a search that
 * goes on later has them too.
 */
export class KeptAnswers {
  readonly #folder: string;
  readonly #answers = new Map<number, Map<number, Float32Array>>();

  /** @param folder holds what an earlier part of the same search kept. */
  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder)) {
      const [, trial, fold] = filePattern.exec(name) ?? [];
      if (fold !== undefined) this.#remember(Number(trial), Number(fold), readValues(join(folder, name)));
    }
  }

  /** @param values rows of the fold x outputs. */
  add(trial: number, fold: number, values: Float32Array): void {
    const path = this.#path(trial, fold);
    writeFileSync(`${path}.tmp`, values);
    renameSync(`${path}.tmp`, path);
    this.#remember(trial, fold, values);
  }

  /** In the order of the folds; undefined where not all of them are kept. */
  of(trial: number, folds: number): Float32Array[] | undefined {
    const answers = Array.from({ length: folds }, (_, fold) => this.#answers.get(trial)?.get(fold));
    return answers.every((values) => values !== undefined) ? answers : undefined;
  }

  /** Forgets what all other trials said. */
  retain(trials: ReadonlySet<number>): void {
    for (const [trial, answers] of this.#answers) {
      if (trials.has(trial)) continue;
      for (const fold of answers.keys()) rmSync(this.#path(trial, fold), { force: true });
      this.#answers.delete(trial);
    }
  }

  #remember(trial: number, fold: number, values: Float32Array): void {
    const known = this.#answers.get(trial) ?? new Map<number, Float32Array>();
    this.#answers.set(trial, known.set(fold, values));
  }

  #path(trial: number, fold: number): string {
    return join(this.#folder, `${trial}-${fold}.f32`);
  }
}

function readValues(path: string): Float32Array {
  const { buffer, byteOffset, byteLength } = readFileSync(path);
  return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
}
