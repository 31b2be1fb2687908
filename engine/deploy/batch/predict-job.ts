import type { JobContext } from '../../jobs/job-process.ts';
import { type Scored, type ScoringModel, type ScoringOrder, TableScorer } from './table-scorer.ts';

export type PredictInput = ScoringModel & ScoringOrder;

export interface PredictOutput extends Scored {
  seconds: number;
}

/** Scores one table with a model version. */
export async function runPredictJob(input: PredictInput, context: JobContext): Promise<PredictOutput> {
  const began = performance.now();
  const scorer = await TableScorer.open(input, [input], context);
  try {
    const scored = await scorer.score(input, context.progress);
    return { ...scored, seconds: (performance.now() - began) / 1000 };
  } finally {
    await scorer.close();
  }
}
