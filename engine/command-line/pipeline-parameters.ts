import { type Flags, usageError } from './command.ts';

/** `--set window=30d --set margin=0.02`: texts as typed; the pipeline says which of them are numbers, `true` or `false`. */
export function parametersOf(flags: Flags): Record<string, string> | undefined {
  if (!Array.isArray(flags.set)) return undefined;
  return Object.fromEntries(
    flags.set.map((text) => {
      const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
      if (name === undefined || value === undefined) throw usageError(`--set takes NAME=VALUE, not "${text}".`);
      return [name, value];
    }),
  );
}
