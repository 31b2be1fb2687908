import { canonicalJson, type Json } from '../../base/canonical-json.ts';
import { count } from '../../base/words.ts';
import type { Recipe } from '../../contract/train.ts';
import { manyHoldoutLooks, type RunTracking } from '../../contract/train-tracking.ts';

/** What makes two holdouts the same: a line each for identity, window, split, target and row identity, as the recipe writes them. */
export function holdoutOf({ dataset, window, split, target, rowIdentity }: Recipe): string {
  const isDrawn = split.kind === 'random' || split.kind === 'stratified';
  const parts = [window, split, target, ...(isDrawn && rowIdentity ? [rowIdentity] : [])];
  return [dataset, ...parts.map((part) => canonicalJson(part as Json))].join('\n');
}

/**
 * How a run's holdout was used before it. The best of n equally good models, each judged with a normal error, stands on
 * average at the largest of n normal deviates: 1.965 standard errors above the truth for n = 25, the upper end of its own
 * 95 % interval. (Order statistics of the normal distribution, Harter 1961; on reused holdouts Dwork et al. 2015, "The
 * reusable holdout".)
 */
export function describeLooks(looks: number): RunTracking['holdout'] {
  const many = looks >= manyHoldoutLooks;
  return { looks, many, warning: many ? wornHoldout(looks) : null };
}

/** Why the figures of a run on a worn holdout are too good. */
export function wornHoldout(looks: number): string {
  const before = count(looks, 'run was', 'runs were');
  return `${before} judged on this holdout before. Whoever takes the best of so many takes luck along: of ${manyHoldoutLooks} equally good models the best one stands at the upper end of its own 95 % interval. Judge the last candidates once on rows that nobody looked at: newer data, or a split with another seed.`;
}
