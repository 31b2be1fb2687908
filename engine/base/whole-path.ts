import { isAbsolute } from 'node:path';
import { GalleyError } from './errors.ts';

/** An engine has no folder that a relative path could begin at. @throws GalleyError `call.invalid_input` */
export function requireWholePath(folder: string): void {
  if (!isAbsolute(folder)) throw new GalleyError('call.invalid_input', `"${folder}" is no whole path of a folder.`);
}
