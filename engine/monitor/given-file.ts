import { statSync } from 'node:fs';
import { GalleyError } from '../base/errors.ts';
import { suggestName } from '../base/nearest-name.ts';

/** Whether a file, not a folder, is there. */
export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Rethrows what a query over a file failed with as a fault of the file. */
export function unreadable(path: string, reason: string, cause?: unknown): GalleyError {
  const [firstLine] = reason.split('\n');
  return new GalleyError('monitor.unreadable_file', `${path} cannot be read: ${firstLine}`, {
    details: { path },
    cause,
  });
}

/** @throws GalleyError `monitor.unknown_column` */
export function requireColumn(path: string, columns: readonly string[], name: string): void {
  if (columns.includes(name)) return;
  throw new GalleyError('monitor.unknown_column', `${path} has no column "${name}". ${suggestName(name, columns)}`, {
    details: { path, column: name, columns },
  });
}
