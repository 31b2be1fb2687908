import type { ErrorReport } from '../../contract/errors.ts';
import type { CurvePoint } from '../curve.ts';
import type { FitOrder } from '../fit.ts';
import type { BinnedFeatures } from '../learners/trees/bin-features.ts';
import type { PreparedTraining } from '../prepare.ts';

/** What a thread of a pool is started with. */
export interface PoolWorkerInput {
  /** Not 0 once the job was told to stop. */
  cancelFlag: Int32Array<SharedArrayBuffer>;
  /** Number of the fit that this thread is to give up; 0 for none. */
  stopFlag: Int32Array<SharedArrayBuffer>;
}

/** One fit on one fold. */
export interface FoldTask {
  fold: number;
  order: FitOrder;
  /** Of the rows of the fold's training part. */
  rowShare: number;
  /** Also answer what the model says of the fold. */
  wantsAnswers: boolean;
}

/** What came out of a fit on a fold. */
export interface FoldResult {
  score: number | null;
  /** Rows of the fold x outputs; only where they were asked for. */
  answers?: Float64Array;
  /** Bytes of the model. */
  size: number;
  seconds: number;
}

export type ToPoolWorker =
  /** A fold, before the first fit on it: its holdout is what the fit is judged by. The matrices lie in shared memory. */
  | { type: 'fold'; fold: number; prepared: PreparedTraining }
  /** What another thread binned. */
  | { type: 'bins'; key: string; binned: BinnedFeatures }
  | { type: 'fit'; id: number; task: FoldTask };

export type FromPoolWorker =
  | { type: 'bins'; key: string; binned: BinnedFeatures }
  | { type: 'progress'; id: number; done: number; total: number; point?: CurvePoint }
  | { type: 'fitted'; id: number; result: FoldResult }
  | { type: 'failed'; id: number; error: ErrorReport };
