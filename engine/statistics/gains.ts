import type { RankingSteps } from './ranking.ts';

export interface GainPoint {
  /** Of the rows, those with the highest scores. */
  share: number;
  /** Share of all positives that are among them. */
  captured: number;
  /** How many times as many positives as among as many rows by chance. */
  lift: number;
}

/**
 * Cumulative gain and lift at every twentieth of the rows. Rows of equal score are taken in shares, as if they stood in
 * random order. @returns [] without positive rows.
 */
export function gainCurve(
  { truePositives, falsePositives, positives, negatives }: RankingSteps,
  points = 20,
): GainPoint[] {
  if (positives === 0) return [];
  const rows = positives + negatives;
  let step = 0;
  return Array.from({ length: points }, (_, index) => {
    const share = (index + 1) / points;
    const wanted = share * rows;
    const taken = (at: number) => (truePositives[at] as number) + (falsePositives[at] as number);
    while (step < truePositives.length - 1 && taken(step) < wanted) step++;
    const [before, hitsBefore] = step === 0 ? [0, 0] : [taken(step - 1), truePositives[step - 1] as number];
    const inside = (wanted - before) / (taken(step) - before);
    const captured = (hitsBefore + inside * ((truePositives[step] as number) - hitsBefore)) / positives;
    return { share, captured, lift: captured / share };
  });
}
