import type { ErrorReport } from '../../contract/errors.ts';
import type { ServedVersion } from '../../contract/serving.ts';
import type { InputBatch } from './input-batches.ts';

/** What a scoring thread is started with. */
export interface ScoringThreadInput {
  served: ServedVersion;
}

/** Rows to answer, or the end: a thread that is ended from outside while it runs a model takes the process with it. */
export type ToScoringThread = { type: 'score'; batch: InputBatch } | { type: 'end' };

/** Answers for consecutive rows, in little memory. */
export interface BatchAnswers {
  rows: number;
  /** Places of the labels among the classes, null for regression. */
  labels: Uint16Array<ArrayBuffer> | null;
  /** Row by row, `width` numbers each: the probabilities, or the prediction. */
  scores: Float32Array;
  width: number;
}

export type FromScoringThread = { type: 'answered'; answers: BatchAnswers } | { type: 'failed'; error: ErrorReport };
