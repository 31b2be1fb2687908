import type { Scalar } from '../contract/retrain-pipeline.ts';
import { type Flags, usageError } from './command.ts';

/** `--set window=30d --set margin=0.02`: what reads as a number, `true` or `false` is one. */
export function parametersOf(flags: Flags): Record<string, Scalar> | undefined {
  if (!Array.isArray(flags.set)) return undefined;
  return Object.fromEntries(
    flags.set.map((text) => {
      const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
      if (name === undefined || value === undefined) throw usageError(`--set takes NAME=VALUE, not "${text}".`);
      return [name, scalarOf(value)];
    }),
  );
}

function scalarOf(text: string): Scalar {
  if (text === 'true' || text === 'false') return text === 'true';
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}
