import type { TrialRecord } from './trial.ts';

/** A fit may take longer than those before it by so much before it is late. */
const margin = 1.2;

/**
 * How long one more whole fit of a trial on one fold is expected to take, in seconds: by the trial's own fits where it has
 * some, a share of the work counting as that share of the time; else by the mean of the learner's other trials.
 * @returns 0 where nothing is known.
 */
export function expectedSeconds(
  trials: readonly TrialRecord[],
  learner: string,
  own?: Pick<TrialRecord, 'evaluations'>,
): number {
  const ownSeconds = own && longest(own);
  if (ownSeconds !== undefined) return margin * ownSeconds;
  const known = trials.filter((trial) => trial.learner === learner).map(longest);
  const seconds = known.filter((value) => value !== undefined);
  return seconds.length === 0 ? 0 : (margin * seconds.reduce((sum, value) => sum + value, 0)) / seconds.length;
}

/** Whole fits tell more than shares. */
function longest({ evaluations }: Pick<TrialRecord, 'evaluations'>): number | undefined {
  const whole = evaluations.filter(({ share }) => share === 1);
  const telling = whole.length > 0 ? whole : evaluations;
  if (telling.length === 0) return undefined;
  return Math.max(...telling.map(({ seconds, share }) => seconds / share));
}

/** Fits of equal length on so many threads, in seconds. */
export function wallSeconds(fits: number, threads: number, secondsOfOne: number): number {
  return Math.ceil(fits / threads) * secondsOfOne;
}
