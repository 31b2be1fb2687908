import type { Json } from '../base/canonical-json.ts';
import type { Frame } from '../base/frame.ts';
import type { ErrorReport } from '../contract/errors.ts';
import type { EvaluationReport } from '../contract/train-evaluation.ts';
import type { FitCheckpoint } from './checkpoints/checkpoint-files.ts';
import type { EvaluationWish } from './evaluation/evaluate-run.ts';
import type { FitOrder, FitOutcome } from './fit.ts';
import type { PreparedTraining } from './prepare.ts';

/** What a training worker is started with. The matrices lie in shared memory. */
export interface WorkerInput {
  prepared: PreparedTraining;
  order: FitOrder;
  /** Not judged beyond its metrics where absent. */
  evaluation?: EvaluationOrder;
  /** Where checkpoints are wanted; `before`: where the same fit stood when it was broken off. */
  checkpoints?: { before?: FitCheckpoint };
  /** Not 0 once the job was told to stop. */
  cancelFlag: Int32Array<SharedArrayBuffer>;
}

/** How a fit is judged. */
export interface EvaluationOrder extends EvaluationWish {
  /** Raw rows of the holdout, all columns, in the order of its positions. */
  holdout: Frame;
  /** Some raw rows of the training part. */
  background: Frame;
}

/** A fit as it crosses the border of its thread: the model as its state. */
export type WorkerOutcome = Omit<FitOutcome, 'model'> & {
  model: Json;
  /** Of the fit alone. */
  seconds: number;
  /** Where it was asked for. */
  evaluation?: EvaluationReport;
};

export type FromWorker =
  | { type: 'progress'; done: number; total: number; metrics?: Record<string, number> }
  | { type: 'checkpoint'; checkpoint: FitCheckpoint }
  | { type: 'succeeded'; outcome: WorkerOutcome }
  | { type: 'failed'; error: ErrorReport };
