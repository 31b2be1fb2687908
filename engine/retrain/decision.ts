import { metricName } from '../base/words.ts';
import type { Decision } from '../contract/retrain.ts';
import type { RankingMetric } from './judge.ts';

/** What judging champion and challenger on the same rows gave. */
export interface Comparison {
  champion: number | null;
  challenger: number | null;
  /** Of the challenger over the champion, positive is better; null where the metric is undefined. */
  gain: number | null;
  /** 95 % interval of the gain. */
  interval: [number, number] | null;
  /** Share of resamples in which the gain is above the margin. */
  confidence: number | null;
  rows: number;
}

export interface DecisionFacts {
  champion: number;
  challenger: number;
  metric: RankingMetric;
  margin: number;
  /** The rows in words. */
  holdout: string;
  comparison: Comparison;
}

/** With fewer common rows nothing can be said about which model is better. */
export const fewestRows = 20;
/** A one-sided test at 5 %: so many of the resamples must show a gain above the margin. */
const neededConfidence = 0.95;

/**
 * Decides whether the challenger takes the champion's place: its gain must be above the margin on the common rows, and in
 * 95 of 100 resamples of them, so that chance does not move models in and out.
 */
export function decide(facts: DecisionFacts): Decision {
  const { comparison, metric, holdout } = facts;
  const promoted = refusal(facts) === undefined;
  return {
    promoted,
    reason: refusal(facts) ?? praise(facts),
    metric,
    champion: { version: facts.champion, value: comparison.champion },
    challenger: { version: facts.challenger, value: comparison.challenger },
    gain: comparison.gain,
    interval: comparison.interval,
    rows: comparison.rows,
    holdout,
  };
}

/** The decision where training on the data gives the champion again. */
export function unchanged(facts: Pick<DecisionFacts, 'champion' | 'metric' | 'holdout'>): Decision {
  const side = { version: facts.champion, value: null };
  return {
    promoted: false,
    reason: `Version ${facts.champion} was trained on these very rows already; there is nothing new to learn from.`,
    metric: facts.metric,
    champion: side,
    challenger: side,
    gain: null,
    interval: null,
    rows: 0,
    holdout: facts.holdout,
  };
}

function refusal(facts: DecisionFacts): string | undefined {
  const { gain, confidence, rows } = facts.comparison;
  const { challenger, margin } = facts;
  if (rows < fewestRows) {
    return `Version ${challenger} is not promoted: ${rows} rows are left that neither model was trained on, and at least ${fewestRows} are needed.`;
  }
  if (gain === null || confidence === null) {
    return `Version ${challenger} is not promoted: ${metricName(facts.metric.name)} is undefined on the ${rows} common rows.`;
  }
  if (gain <= margin) {
    const wanted = margin === 0 ? '' : `, where more than ${figure(margin)} is wanted`;
    return `Version ${challenger} is not promoted: ${against(facts)}, a gain of ${figure(gain)}${wanted}.`;
  }
  if (confidence >= neededConfidence) return undefined;
  const share = Math.floor(100 * confidence);
  return `Version ${challenger} is not promoted: ${against(facts)}, but the gain of ${figure(gain)} may be chance, as it holds in ${share} % of resamples only.`;
}

function praise(facts: DecisionFacts): string {
  return `Version ${facts.challenger} is better: ${against(facts)}.`;
}

function against({ metric, comparison, champion }: DecisionFacts): string {
  const { challenger, champion: value, rows } = comparison;
  return `${metricName(metric.name)} ${figure(challenger)} against ${figure(value)} of version ${champion} on ${rows} rows that neither was trained on`;
}

function figure(value: number | null): string {
  return value === null ? 'undefined' : String(Number(value.toPrecision(3)));
}
