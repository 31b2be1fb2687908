import type { ParameterRange, SearchBudget, SearchCaps, SearchSpace } from '../contract/train-sweeps.ts';
import { type Flags, listFlag, numberFlag, parseScalar, usageError } from './command.ts';

const text = { type: 'string' } as const;

/** Flags of everything that searches. */
export const searchFlags = {
  trials: text,
  budget: text,
  folds: text,
  repeats: text,
  cores: text,
  memory: text,
} as const;

export const searchUsage = '[--trials N] [--budget 60s] [--folds 5] [--repeats 1] [--cores N] [--memory MB]';

const secondsOf: Record<string, number> = { '': 1, s: 1, m: 60, h: 3600 };

/** What `--budget` and `--trials` say; undefined where neither is there. @throws GalleyError `cli.usage` */
export function budgetOf(flags: Flags): SearchBudget | undefined {
  const trials = numberFlag(flags, 'trials');
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)([smh]?)$/.exec(String(flags.budget ?? '')) ?? [];
  if (flags.budget !== undefined && digits === undefined) {
    throw usageError(`--budget takes a time such as 60s, 5m or 1h, not "${String(flags.budget)}".`);
  }
  if (digits === undefined && trials === undefined) return undefined;
  return {
    ...(digits !== undefined && { seconds: Number(digits) * (secondsOf[unit] as number) }),
    ...(trials !== undefined && { trials }),
  };
}

export function capsOf(flags: Flags): SearchCaps | undefined {
  const [cores, memory] = [numberFlag(flags, 'cores'), numberFlag(flags, 'memory')];
  if (cores === undefined && memory === undefined) return undefined;
  return { ...(cores !== undefined && { cores }), ...(memory !== undefined && { memory }) };
}

/**
 * `--range rounds=50..500:log`, `--range max_leaves=15|31|63`, by learner as `trees.rounds=…` where there are several.
 * @throws GalleyError `cli.usage`
 */
export function spacesOf(flags: Flags, learners: readonly string[]): Record<string, SearchSpace> | undefined {
  const ranges = flags.range === undefined ? [] : [flags.range].flat().map(String);
  if (ranges.length === 0) return undefined;
  const spaces: Record<string, SearchSpace> = {};
  for (const range of ranges) {
    const at = range.indexOf('=');
    const name = range.slice(0, Math.max(0, at));
    const dot = name.indexOf('.');
    const learner = dot > 0 ? name.slice(0, dot) : learners.length === 1 ? (learners[0] as string) : undefined;
    const parameter = name.slice(dot + 1);
    if (learner === undefined || parameter === '') {
      throw usageError(`--range takes PARAMETER=FROM..TO or LEARNER.PARAMETER=FROM..TO, not "${range}".`);
    }
    spaces[learner] = { ...spaces[learner], [parameter]: rangeOf(range.slice(at + 1), range) };
  }
  return spaces;
}

function rangeOf(written: string, whole: string): ParameterRange {
  const [, from, to, scale] = /^(-?[\d.e+-]+?)\.\.(-?[\d.e+-]+?)(:log)?$/i.exec(written) ?? [];
  if (from === undefined || to === undefined) return { kind: 'choice', values: written.split('|').map(parseScalar) };
  const [low, high] = [Number(from), Number(to)];
  if (Number.isNaN(low) || Number.isNaN(high)) throw usageError(`--range cannot read "${whole}".`);
  return { kind: 'number', low, high, ...(scale && { scale: 'log' as const }) };
}

/** Learners that a list names. @throws GalleyError `cli.usage` where there is none */
export function requireLearners(flags: Flags): string[] {
  const learners = listFlag(flags, 'learner');
  if (learners === undefined || learners.length === 0) throw usageError('train sweep run needs --learner NAME,….');
  return learners;
}
