import { resolve } from 'node:path';
import { loginArgument } from './login-start.ts';

/** What the app was started with: a command of `galley`, or a window on a project. */
export interface ShellArguments {
  /** The arguments of a command (`galley data list`), which needs no window. */
  command?: string[];
  /** The project to open, as an absolute path. */
  project?: string;
  /** The system started the app at a login of its user. */
  atLogin?: true;
}

/**
 * Reads the arguments after the executable. Chromium's own switches are passed over; the first word that is no switch
 * is a command, except `start`, which is the window.
 * @param folder relative paths start here
 */
export function readArguments(args: string[], folder: string): ShellArguments {
  const result: ShellArguments = {};
  for (let position = 0; position < args.length; position += 1) {
    const argument = args[position] ?? '';
    if (argument === '--project') {
      position += 1;
      result.project = resolve(folder, args[position] ?? '.');
    } else if (argument.startsWith('--project=')) {
      result.project = resolve(folder, argument.slice('--project='.length));
    } else if (argument === loginArgument) {
      result.atLogin = true;
    } else if (!argument.startsWith('-') && argument !== 'start') {
      return { ...result, command: args.slice(position) };
    }
  }
  return result;
}
