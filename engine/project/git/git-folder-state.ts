import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Type, { type Static, type TSchema } from 'typebox';
import { makeFolderDurably, writeFileDurably } from '../../base/durable-files.ts';
import { compileCheck } from '../../base/validation.ts';
import { GitCommit } from '../../contract/project-git.ts';
import { Nullable } from '../../contract/values.ts';

const Commit = Type.String({ pattern: '^[0-9a-f]{40}$' });
const Path = Type.String({ minLength: 1, maxLength: 500 });

/** What a pull found, until it is accepted. */
const Fetched = Type.Object({
  format: Type.Literal(1),
  /** What the other side is at. */
  commit: Commit,
  /** What both sides come from; null where they have nothing in common. */
  base: Nullable(Commit),
  commits: Type.Array(GitCommit),
  /** Files of Galley's that differ between the two. */
  files: Type.Array(
    Type.Object({
      path: Path,
      /** Git's id of what it was; null where it was not there. */
      before: Nullable(Commit),
      /** What it becomes; null where it is gone. */
      text: Nullable(Type.String()),
      problem: Nullable(Type.String()),
    }),
  ),
});
export type Fetched = Static<typeof Fetched>;
export type FetchedFile = Fetched['files'][number];

/** Files that came through Git and point at what is not here yet. */
const WaitingPaths = Type.Object({ format: Type.Literal(1), paths: Type.Array(Path) });

const checkFetched = compileCheck(Fetched);
const checkWaiting = compileCheck(WaitingPaths);

/** A file of Galley's within `.git`, which no commit holds. */
class StateFile<Schema extends TSchema> {
  readonly #path: string;
  readonly #check: (value: unknown) => unknown[];

  constructor(project: string, name: string, check: (value: unknown) => unknown[]) {
    this.#path = join(project, '.git', 'galley', name);
    this.#check = check;
  }

  /** Undefined where there is none, or none that Galley wrote. */
  read(): Static<Schema> | undefined {
    if (!existsSync(this.#path)) return undefined;
    try {
      const value: unknown = JSON.parse(readFileSync(this.#path, 'utf8'));
      return this.#check(value).length === 0 ? (value as Static<Schema>) : undefined;
    } catch {
      return undefined;
    }
  }

  write(value: Static<Schema>): void {
    makeFolderDurably(dirname(this.#path));
    writeFileDurably(this.#path, JSON.stringify(value));
  }

  remove(): void {
    rmSync(this.#path, { force: true });
  }
}

export function fetchedFile(project: string): StateFile<typeof Fetched> {
  return new StateFile(project, 'fetched.json', checkFetched);
}

export function waitingFile(project: string): StateFile<typeof WaitingPaths> {
  return new StateFile(project, 'waiting.json', checkWaiting);
}
