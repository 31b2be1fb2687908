import { type ConfusionMatrix, type ConfusionScores, confusionScores } from './confusion.ts';
import type { RankingSteps } from './ranking.ts';

/** Ends of a 95 % interval. */
export interface Ends {
  low: number;
  high: number;
}

const errorsIn95 = 1.959963984540054;
/** Of a count: how far it is moved to see how a score follows. */
const step = 1e-4;

/**
 * 95 % intervals of the scores of a confusion matrix, whose counts are a multinomial sample of rows, by the delta method (Agresti,
 * Categorical Data Analysis, 2013, chapter 16): of a score that stays when all counts are doubled the variance is Σ c (∂s/∂c)².
 * @param matrix rows by true and predicted class
 */
export function confusionIntervals(matrix: ConfusionMatrix): Record<keyof ConfusionScores, Ends> {
  const scores = confusionScores(matrix);
  const variances: Record<string, number> = {};
  for (const [actual, counts] of matrix.entries()) {
    for (const [predicted, count] of counts.entries()) {
      if (count === 0) continue;
      const [above, below] = [1 + step, 1 - step].map((factor) =>
        confusionScores(withCount(matrix, actual, predicted, count * factor)),
      ) as [ConfusionScores, ConfusionScores];
      for (const name of namesOf(scores)) {
        const slope = (above[name] - below[name]) / (2 * step * count);
        variances[name] = (variances[name] ?? 0) + count * slope * slope;
      }
    }
  }
  const ends = namesOf(scores).map((name) => [
    name,
    around(scores[name], variances[name] ?? 0, [name === 'matthews' ? -1 : 0, 1]),
  ]);
  return Object.fromEntries(ends);
}

/**
 * 95 % interval of an area under the ROC curve: the variance of DeLong, DeLong and Clarke-Pearson (Biometrics 44, 1988), ties by half.
 * @param area of the same steps
 */
export function rocInterval(steps: RankingSteps, area: number): Ends {
  const { positives, negatives } = steps;
  let variance = 0;
  eachStep(steps, ({ hits, alarms, found, raised }) => {
    const ofPositive = (negatives - raised + alarms / 2) / negatives - area;
    const ofNegative = (found - hits / 2) / positives - area;
    variance += hits * (ofPositive / positives) ** 2 + alarms * (ofNegative / negatives) ** 2;
  });
  return around(area, variance, [0, 1]);
}

/** 95 % interval of an average precision by the delta method, as that of a confusion matrix. @param value of the same steps */
export function precisionInterval(steps: RankingSteps, value: number): Ends {
  const { positives, truePositives } = steps;
  const count = truePositives.length;
  // What one more positive, or one more negative, does to the precision at the steps below.
  const [gain, loss] = [new Float64Array(count + 1), new Float64Array(count + 1)];
  const known: Step[] = [];
  eachStep(steps, (each) => known.push(each));
  for (let at = count - 1; at >= 0; at--) {
    const { hits, found, raised } = known[at] as Step;
    const rows = (found + raised) ** 2;
    gain[at] = (gain[at + 1] as number) + (hits * raised) / rows;
    loss[at] = (loss[at + 1] as number) + (hits * found) / rows;
  }
  let variance = 0;
  for (const [at, { hits, alarms, found, raised }] of known.entries()) {
    const ofPositive = (found / (found + raised) + (gain[at] as number) - value) / positives;
    const ofNegative = (loss[at] as number) / positives;
    variance += hits * ofPositive ** 2 + alarms * ofNegative ** 2;
  }
  return around(value, variance, [0, 1]);
}

interface Step {
  /** Positive and negative rows with this score. */
  hits: number;
  alarms: number;
  /** The same with this score or a higher one. */
  found: number;
  raised: number;
}

function eachStep({ truePositives, falsePositives }: RankingSteps, visit: (step: Step) => void): void {
  let [lastFound, lastRaised] = [0, 0];
  for (const [at, found] of truePositives.entries()) {
    const raised = falsePositives[at] as number;
    visit({ hits: found - lastFound, alarms: raised - lastRaised, found, raised });
    [lastFound, lastRaised] = [found, raised];
  }
}

/** 1.96 standard errors to both sides. */
export function around(value: number, variance: number, [least, most]: [number, number]): Ends {
  const half = errorsIn95 * Math.sqrt(Math.max(0, variance));
  return { low: Math.max(least, value - half), high: Math.min(most, value + half) };
}

function namesOf(scores: ConfusionScores): (keyof ConfusionScores)[] {
  return Object.keys(scores) as (keyof ConfusionScores)[];
}

function withCount(matrix: ConfusionMatrix, actual: number, predicted: number, count: number): ConfusionMatrix {
  return matrix.map((counts, row) => (row === actual ? counts.with(predicted, count) : counts));
}
