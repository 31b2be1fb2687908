/** What a learner says of its own columns: exact Shapley values of its scores, before any link. */
export interface SourceContributions {
  method: 'linear' | 'tree';
  /** `answer` where the score is what the learner answers. */
  unit: 'log_odds' | 'answer' | 'score';
  /** Scores that are explained: one, or one a class. */
  outputs: number;
  /** One an output. */
  base: Float64Array;
  /** rows x sources x outputs, row-major; the sources are the dense columns of the matrix, then its blocks. */
  values: Float64Array;
}
