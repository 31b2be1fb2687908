import { setImmediate as nextTurn } from 'node:timers/promises';

/** What a model said of rows that it was not fitted on. */
export interface BlendCandidate {
  trial: number;
  /** Rows x outputs, row-major; the same rows for all. */
  answers: Float64Array;
}

export interface BlendWeights {
  /** In the order of their trials; the weights sum to 1. */
  members: { trial: number; weight: number }[];
  score: number;
}

const rounds = 25;

/**
 * Greedy forward selection with replacement (Caruana, Niculescu-Mizil, Crew, Ksikes 2004): starts with the best model and
 * adds, round by round, the one that makes the mean of the answers best; the best of the mixtures seen is kept, the
 * earliest where they are equal. Answers must be of rows that no candidate was fitted on.
 * @param score of answers, higher is better; null where it has no value.
 * @param pause is called before every look at answers; it may throw to stop.
 * @returns undefined where no candidate has a score.
 */
export async function selectBlend(
  candidates: readonly BlendCandidate[],
  score: (answers: Float64Array) => number | null,
  pause: () => void = () => {},
): Promise<BlendWeights | undefined> {
  const counts = candidates.map(() => 0);
  const sum = new Float64Array(candidates[0]?.answers.length ?? 0);
  let best: { counts: number[]; score: number } | undefined;
  for (let round = 1; round <= rounds; round++) {
    let chosen = -1;
    let chosenScore = Number.NEGATIVE_INFINITY;
    for (const [index, { answers }] of candidates.entries()) {
      await nextTurn();
      pause();
      const value = score(sum.map((total, place) => (total + (answers[place] as number)) / round));
      if (value === null || value <= chosenScore) continue;
      chosen = index;
      chosenScore = value;
    }
    if (chosen < 0) break;
    counts[chosen] = (counts[chosen] as number) + 1;
    const { answers } = candidates[chosen] as BlendCandidate;
    for (let place = 0; place < sum.length; place++) sum[place] = (sum[place] as number) + (answers[place] as number);
    if (best === undefined || chosenScore > best.score) best = { counts: [...counts], score: chosenScore };
  }
  if (best === undefined) return undefined;
  const total = best.counts.reduce((all, count) => all + count, 0);
  const members = candidates
    .map(({ trial }, index) => ({ trial, weight: ((best as { counts: number[] }).counts[index] as number) / total }))
    .filter(({ weight }) => weight > 0)
    .sort((left, right) => left.trial - right.trial);
  return { members, score: best.score };
}
