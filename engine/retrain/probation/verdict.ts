import { figure } from '../../base/figures.ts';
import { count, metricName } from '../../base/words.ts';
import type { LabelledComparison } from '../../contract/retrain-artifacts.ts';
import type { Probation } from '../../contract/retrain-probation.ts';
import type { StoredProbation } from './probation-store.ts';

export interface Verdict {
  found: NonNullable<Probation['found']>;
  /** In words, without what comes of it. */
  reason: string;
}

/** A version did worse where the whole 95 % interval of its gain over the one before lies below 0, or is no number. */
export function didWorse({ interval }: Verdict['found']): boolean {
  if (interval === null) return false;
  const [, high] = interval;
  // What is no number is null once it was kept as JSON.
  return typeof high !== 'number' || !(high >= 0);
}

/** What came of comparing a version on probation with the one before. */
export function verdictOf(
  { version, champion, metric, deployment }: StoredProbation,
  { rows, champion: before, challenger, gain, interval, unanswered, alone }: LabelledComparison & { alone: boolean },
): Verdict {
  const found = { metric, rows, champion: before, version: challenger, gain, interval };
  const of = `${count(rows, 'labelled request')} of ${deployment}`;
  if (gain === null || before === null || challenger === null)
    return {
      found,
      reason: `Version ${version} stays: ${metricName(metric.name)} could not be judged on ${unanswered === undefined ? of : `requests of ${deployment}, as ${unanswered}`}.`,
    };
  const other = alone ? `that version ${champion} had on its holdout` : `of version ${champion} on the same`;
  const figures = `${metricName(metric.name)} ${figure(challenger)} against ${figure(before)} ${other}`;
  const outcome = didWorse(found) ? 'did worse' : 'did not do worse';
  return { found, reason: `Version ${version} ${outcome} in its first ${of}: ${figures}.` };
}
