import { join } from 'node:path';
import { app } from 'electron';

/**
 * A file of `dist`. In the packaged app the engine, the window's files and the resources lie beside the archive, as
 * plain files: native code and other processes cannot read inside it.
 */
export function distFile(...path: string[]): string {
  return join(app.getAppPath().replace(/app\.asar$/, 'app.asar.unpacked'), 'dist', ...path);
}
