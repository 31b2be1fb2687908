import type { OutputForm } from '../../contract/adopted-mapping.ts';
import type { TaskKind } from '../../contract/values.ts';

/**
 * A model from elsewhere as an ONNX file, with what is known of it beside the graph: made of a file that is ONNX already, or
 * by a converter of another format.
 */
export interface ForeignModel {
  /** The whole file, its weights inside. */
  onnx: Uint8Array;
  /** Names of the columns of its one matrix input, in order, where the file has them. */
  features?: string[];
  /** Class names in the order of its probabilities, where the file has them. */
  classes?: string[];
  task?: TaskKind;
  /** What the numbers of its output are, where that is known: rows of probabilities need not sum to 1. */
  form?: OutputForm;
  /** What made it, as `xgboost 3.2.0`. */
  producer?: string;
  /** Sentences for whoever adopts the model: what a converter decided where its file leaves it open. */
  notes?: string[];
}
