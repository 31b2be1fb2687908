import { figure, percent } from '../../base/figures.ts';
import type { Headline } from '../../contract/train-estimates.ts';
import { type Judged, predictedLabels } from './judged.ts';
import type { Gain } from './metric-estimates.ts';

/** The gain over the baseline in words: what a run is worth, before any metric. */
export function headline(learner: string, judged: Judged, { metric, value, baseline, gain }: Gain): Headline {
  const verdict = verdictOf(learner, gain);
  const against = judged.task === 'regression' ? 'always guessing the mean' : 'always answering the class shares';
  return {
    metric,
    value,
    baseline,
    gain,
    verdict,
    title: titleOf(learner, verdict, against, gain.value ?? 0),
    detail: detailOf(judged, { metric, value, baseline, gain }),
  };
}

function verdictOf(learner: string, { value, low, high }: Gain['gain']): Headline['verdict'] {
  if (learner === 'baseline') return 'baseline';
  if (value === null || low === null || high === null || (low <= 0 && high >= 0)) return 'unclear';
  return low > 0 ? 'better' : 'worse';
}

function titleOf(learner: string, verdict: Headline['verdict'], against: string, gain: number): string {
  switch (verdict) {
    case 'baseline':
      return `This is ${against}: what every model has to beat`;
    case 'better':
      return `${learner} cuts the error by ${percent(gain)} against ${against}`;
    case 'worse':
      return `${learner} is worse than ${against}: its error is ${percent(-gain)} larger`;
    case 'unclear':
      return `${learner} is not clearly better than ${against}`;
  }
}

function detailOf(judged: Judged, { value, baseline, gain }: Gain): string {
  const { task, target, classes } = judged;
  const rows = `${target.length.toLocaleString('en-US')} held-out rows`;
  const interval = gain.low === null || gain.high === null ? '' : `95 % interval ${rangeOf(gain.low, gain.high)}. `;
  if (task === 'regression') {
    return `${interval}It is off by ${figure(value)} (root mean square) instead of ${figure(baseline)}, on ${rows}.`;
  }
  const { right, common } = shares(judged);
  const name = classes[common.index] ?? '';
  return (
    `${interval}The squared error of its probabilities (Brier) is ${figure(value)} instead of ${figure(baseline)}. ` +
    `It is right in ${percent(right)} of ${rows}; always saying "${name}" in ${percent(common.share)}.`
  );
}

/** `20 to 41 % less error`, `5 to 17 % more error`, `3 % more to 8 % less error` */
function rangeOf(low: number, high: number): string {
  const range = (from: number, to: number) => `${percent(from).replace(' %', '')} to ${percent(to)}`;
  if (low >= 0) return `${range(low, high)} less error`;
  return high <= 0 ? `${range(-high, -low)} more error` : `${percent(-low)} more to ${percent(high)} less error`;
}

/** Share of right answers, and of the most frequent class. */
function shares(judged: Judged) {
  const { target, classes } = judged;
  const right = predictedLabels(judged).reduce((hits, label, row) => hits + Number(label === target[row]), 0);
  const counts = classes.map(() => 0);
  for (const label of target) counts[label] = (counts[label] as number) + 1;
  const most = Math.max(...counts);
  return { right: right / target.length, common: { index: counts.indexOf(most), share: most / target.length } };
}
