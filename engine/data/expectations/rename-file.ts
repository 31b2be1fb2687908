import { existsSync, rmSync } from 'node:fs';
import type { EngineContext } from '../../jobs/context.ts';
import type { DataStore } from '../store.ts';
import { expectationPath, expectationText, writeExpectationText } from './expectation-file.ts';

/**
 * Gives the file of a renamed dataset its new name, comments and all. Called inside the transaction that renames: which of the
 * two files goes is decided when that has ended.
 */
export function renameExpectations(context: EngineContext, store: DataStore, from: string, to: string): void {
  const { path } = context.project;
  const text = expectationText(path, from);
  if (text === '' || existsSync(expectationPath(path, to))) return;
  writeExpectationText(path, to, text.replace(/^dataset:[ \t]*\S+/m, `dataset: ${to}`));
  queueMicrotask(() => rmSync(expectationPath(path, store.dataset(to) ? from : to), { force: true }));
}
