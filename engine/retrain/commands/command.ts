import { createHash } from 'node:crypto';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { GalleyError } from '../../base/errors.ts';
import type { Task } from '../definition/tasks.ts';

/** What a step of the kind `run` says beside its inputs. */
export interface Command {
  /** Name of the step, for messages. */
  step: string;
  command: readonly string[];
  reads: readonly string[];
  writes: readonly string[];
  lock: string | undefined;
  environment: readonly string[];
}

export function commandOf({ name, members }: Pick<Task, 'name' | 'members'>): Command {
  const { reads = [], writes = [], lock, environment = [] } = members as unknown as Partial<Command>;
  const command = (members.command as readonly unknown[]).map(String);
  return { step: name, command, reads, writes, lock, environment };
}

/** Every program needs them; on Windows some more. */
const usualNames = [
  ...['PATH', 'HOME', 'LANG'],
  ...['SystemRoot', 'PATHEXT', 'COMSPEC', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA', 'NUMBER_OF_PROCESSORS'],
];

/** The environment of the program, and what in it must not be shown. */
export interface CommandEnvironment {
  values: Record<string, string>;
  secrets: string[];
}

/** @throws GalleyError `retrain.command_incomplete` for a name without a value */
export function environmentOf(command: Command, all: Readonly<Record<string, string | undefined>>): CommandEnvironment {
  const { environment } = command;
  const missing = environment.filter((name) => all[name] === undefined);
  if (missing.length > 0)
    throw incomplete(
      command,
      `is to be given ${missing.join(', ')}, which the environment of the engine does not have`,
    );
  const named = environment.map((name): [string, string] => [name, all[name] as string]);
  const usual = usualNames.flatMap((name): [string, string][] => (all[name] === undefined ? [] : [[name, all[name]]]));
  return { values: Object.fromEntries([...usual, ...named]), secrets: named.map(([, value]) => value) };
}

/**
 * The program that a word names: with a `/` a file of the folder or of the machine, else one on the PATH.
 * @throws GalleyError `retrain.command_incomplete`
 */
export function findProgram(
  command: Command,
  folder: string,
  { PATH = '', PATHEXT = '' }: Readonly<Record<string, string>>,
): string {
  const [word = ''] = command.command;
  const isPath = word.includes('/') || isAbsolute(word);
  const folders = isPath ? [isAbsolute(word) ? '' : folder] : PATH.split(delimiter).filter((part) => part !== '');
  const endings = process.platform === 'win32' ? ['', ...PATHEXT.split(';')] : [''];
  const places = folders.flatMap((part) => endings.map((ending) => join(part, `${word}${ending}`)));
  const found = places.find(isProgram);
  if (found !== undefined) return found;
  const where = isPath && !isAbsolute(word) ? 'among what it `reads`, or it is not marked as one' : 'on this machine';
  throw incomplete(command, `is ${word}, and there is no such program ${where}`);
}

function isProgram(place: string): boolean {
  try {
    accessSync(place, constants.X_OK);
    return statSync(place).isFile();
  } catch {
    return false;
  }
}

/** @param what of the command, to follow its name */
export function incomplete({ step }: Pick<Command, 'step'>, what: string): GalleyError {
  return new GalleyError('retrain.command_incomplete', `The command of ${step} ${what}.`, { details: { step } });
}

/** A hash of what the program is given of the environment, which itself is never written down. */
export function secretsHash({ secrets }: CommandEnvironment): string {
  return createHash('sha256').update(JSON.stringify(secrets)).digest('hex');
}
