import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { usageError } from './command.ts';

/** The text of a file that a command was given, from the folder where it was called. @throws GalleyError `cli.usage` */
export function fileText(path: string): string {
  try {
    return readFileSync(resolve(path), 'utf8');
  } catch (cause) {
    throw usageError(`${path} cannot be read: ${(cause as Error).message}`);
  }
}
