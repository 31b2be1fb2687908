import type { ParseArgsOptionsConfig } from 'node:util';
import { GalleyError } from '../base/errors.ts';
import type { JobProgress } from '../contract/jobs.ts';
import { readTime } from '../contract/read-time.ts';

export type FlagValue = string | boolean | string[] | undefined;
export type Flags = Record<string, FlagValue>;

/** Standard input and output. */
export interface Streams {
  input: AsyncIterable<Buffer>;
  /** Resolves when more may be written. */
  write(text: string): Promise<void>;
}

/** One command of `galley`: how its words become the input of a call, and how people read the answer. */
export interface Command {
  /** Words after `galley`, for example `data add`. */
  words: string;
  /** The rest of the line, for the help. */
  usage: string;
  summary: string;
  example: string;
  flags: ParseArgsOptionsConfig;
  /** How many words may follow. */
  positionals: { minimum: number; maximum: number };
  /** The call, or which one the flags and words ask for. */
  call: string | ((flags: Flags, positionals: readonly string[]) => string);
  input(positionals: string[], flags: Flags): Record<string, unknown>;
  /** Lines for people. `--json` prints the answer itself. */
  print(answer: never): string[];
  /** Changes what `--json` prints, where CLI.md's form is not the call's. */
  json?(answer: never): unknown;
  /** 1 where a check, a gate or a comparison said no. */
  exitCode?(answer: never, flags: Flags): number;
  /** A password to ask for where nobody put it anywhere; it goes into the input as `secret`. */
  secret?: { prompt: string; wanted(flags: Flags): boolean };
  /** Work in this process with the answer of the call, once the project is let go: what it writes takes the place of the answer. */
  streams?: { wanted(flags: Flags): boolean; run(answer: never, flags: Flags, streams: Streams): Promise<void> };
  /** Work in this process with the answer, once the project is let go; what it gives takes the answer's place. */
  finish?(answer: never, flags: Flags): Promise<unknown>;
  /** The command leaves something to do behind, for which an engine must stay. */
  needsRunningEngine?: boolean | ((input: Record<string, unknown>) => boolean);
  /** Does the work where no project is open; the call is for other ways in. */
  withoutProject?: {
    wanted(flags: Flags, positionals: readonly string[]): boolean;
    run(
      input: Record<string, unknown>,
      tools: { progress: (progress: JobProgress) => void; signal: AbortSignal },
    ): Promise<unknown>;
  };
  /** The folder of the project where the command names it itself and makes it, if need be. */
  projectPath?(positionals: string[], flags: Flags): string;
}

export function usageError(message: string): GalleyError {
  return new GalleyError('cli.usage', message);
}

/** Refuses flags that would be passed over. @param what has no use for them, in words. @throws GalleyError `cli.usage` */
export function refuseBeside(what: string, flags: Flags, names: readonly string[]): void {
  const needless = names.filter((name) => flags[name] !== undefined);
  if (needless.length > 0)
    throw usageError(`${needless.map((name) => `--${name}`).join(', ')} cannot stand beside ${what}.`);
}

/** Leaves out what was not given, so that the call's own defaults hold. */
export function given(input: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

export function numberFlag(flags: Flags, name: string): number | undefined {
  const text = flags[name];
  if (text === undefined) return undefined;
  const value = typeof text === 'string' && text.trim() !== '' ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) throw usageError(`--${name} takes a number, not "${String(text)}".`);
  return value;
}

/** `--since 2015-01-01` or a full ISO time. */
export function timeFlag(flags: Flags, name: string): string | undefined {
  const text = flags[name];
  return text === undefined ? undefined : parseTime(String(text), name);
}

/** @param flag what the text was given for. @throws GalleyError `cli.usage` */
export function parseTime(text: string, flag: string): string {
  const time = readTime(text);
  if (time === undefined)
    throw usageError(`--${flag} takes a date or a time, such as 2024-01-31 or 2024-01-31T12:30, not "${text}".`);
  return time;
}

/** `30d`, `2w` or a plain number of days. */
export function daysFlag(flags: Flags, name: string): number | undefined {
  const text = flags[name];
  if (text === undefined) return undefined;
  const [, digits, unit] = /^(\d+(?:\.\d+)?)([dw]?)$/.exec(String(text)) ?? [];
  if (digits === undefined)
    throw usageError(`--${name} takes days or weeks, such as 30d or 2w, not "${String(text)}".`);
  return Number(digits) * (unit === 'w' ? 7 : 1);
}

/** `a,b,c`, possibly given several times. */
export function listFlag(flags: Flags, name: string): string[] | undefined {
  const value = flags[name];
  if (value === undefined) return undefined;
  const texts = Array.isArray(value) ? value : [String(value)];
  return texts.flatMap((text) => text.split(',')).filter((text) => text !== '');
}

/** What was given, any number of times. */
export function entriesFlag(flags: Flags, name: string): string[] {
  const value = flags[name];
  return Array.isArray(value) ? value : [];
}

/** Two texts with a separator between, given any number of times. @throws GalleyError `cli.usage` */
export function pairsFlag(flags: Flags, name: string, separator: string): [string, string][] {
  return entriesFlag(flags, name).map((entry) => {
    const place = entry.indexOf(separator);
    if (place <= 0) throw usageError(`--${name} takes two names with "${separator}" between, not "${entry}".`);
    return [entry.slice(0, place), entry.slice(place + 1)];
  });
}

/** `name=value` pairs; values that read as numbers or true and false are taken as such. */
export function parameterFlag(flags: Flags, name: string): Record<string, string | number | boolean> | undefined {
  const value = flags[name];
  if (!Array.isArray(value)) return undefined;
  return Object.fromEntries(
    value.map((pair) => {
      const [key = '', ...rest] = pair.split('=');
      if (rest.length === 0) throw usageError(`--${name} takes name=value, not "${pair}".`);
      return [key, parseScalar(rest.join('='))];
    }),
  );
}

/** Numbers, true and false as such; other texts as they are. */
export function parseScalar(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return text.trim() !== '' && !Number.isNaN(Number(text)) ? Number(text) : text;
}
