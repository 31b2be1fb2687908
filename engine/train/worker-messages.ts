import type { Json } from '../base/canonical-json.ts';
import type { ErrorReport } from '../contract/errors.ts';
import type { FitOrder, FitOutcome } from './fit.ts';
import type { PreparedTraining } from './prepare.ts';

/** What a training worker is started with. The matrices lie in shared memory. */
export interface WorkerInput {
  prepared: PreparedTraining;
  order: FitOrder;
  /** Not 0 once the job was told to stop. */
  cancelFlag: Int32Array<SharedArrayBuffer>;
}

/** A fit as it crosses the border of its thread: the model as its state. */
export type WorkerOutcome = Omit<FitOutcome, 'model'> & { model: Json; seconds: number };

export type FromWorker =
  | { type: 'progress'; done: number; total: number; metrics?: Record<string, number> }
  | { type: 'succeeded'; outcome: WorkerOutcome }
  | { type: 'failed'; error: ErrorReport };
