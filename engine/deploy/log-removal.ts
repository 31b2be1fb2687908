import { existsSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogPart } from './prediction-logs.ts';

/** What is about to leave a prediction log. */
export interface LogRemoval {
  deploymentId: string;
  /** Parquet files of the rows that go, and of those that stay. */
  gone: readonly string[];
  kept: readonly string[];
  /** Of those that go, the parts whose answers callers saw. */
  answered: readonly LogPart[];
  /** What was received before goes, UTC epoch milliseconds; null where nothing goes for its age. */
  receivedBefore: number | null;
}

/**
 * Removes what it keeps of rows that go. Where it fails, or the engine ends meanwhile, the rows stay and it is called again.
 * What it answers is called in the transaction in which the rows go.
 */
// biome-ignore lint/suspicious/noConfusingVoidType: most listeners answer nothing.
export type RemovalListener = (removal: LogRemoval) => Promise<void | (() => void)>;

/**
 * Removes files of a log folder that were put aside because they are no segments.
 * @param before files that were written last before that, UTC epoch milliseconds
 */
export async function removeDamaged(folder: string, before: number): Promise<void> {
  if (!existsSync(folder)) return;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (name.endsWith('.damaged') && (await stat(path)).mtimeMs < before) await rm(path, { force: true });
  }
}
