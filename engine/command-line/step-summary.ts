import type { PipelineStep } from '../contract/retrain.ts';

/** What a step gave and why, on one line. */
export function stepSummary({ summary, because }: Pick<PipelineStep, 'summary' | 'because'>): string {
  if (!summary || !because) return summary || because;
  return `${summary.replace(/\.$/, '')}; ${because}`;
}
