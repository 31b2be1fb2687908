/** Adam's decay of both running means, and what keeps it from dividing by 0 (Kingma & Ba 2015). */
export const adam = { firstDecay: 0.9, secondDecay: 0.999, epsilon: 1e-7 } as const;

/** What a step of Adam takes besides the gradient. */
export interface AdamStep {
  /** Counted from 1. */
  number: number;
  learningRate: number;
}

/**
 * The factors of weights - rate m / (sqrt(v) correction + epsilon): m and v begin at 0, which both make up for.
 */
export function adamFactors({ number, learningRate }: AdamStep): { rate: number; correction: number } {
  return {
    rate: learningRate / (1 - adam.firstDecay ** number),
    correction: 1 / Math.sqrt(1 - adam.secondDecay ** number),
  };
}
