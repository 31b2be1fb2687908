import type { Frame } from '../../base/frame.ts';
import type { Metrics } from '../../contract/values.ts';
import type { Contestant } from '../judged-rows.ts';

/** A model in a rehearsal: a file that a server would take, and what monitors and gates ask of it. */
export interface RehearsedModel extends Contestant {
  /** The same for the same recipe on the same rows. */
  key: string;
  /** Of its holdout. */
  metrics: Metrics;
  /** All columns of the rows that it comes from. */
  frame(): Frame;
  /** Rows of the frame that it was trained on. */
  training: Int32Array;
  /** How much the main metric worsens without a column. */
  importance: ReadonlyMap<string, number>;
  /** That its training took. */
  seconds: number;
}
