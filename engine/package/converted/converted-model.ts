import type { TaskKind } from '../../contract/values.ts';
import type { ForeignModel } from '../adopted/foreign-model.ts';

/**
 * A model file of another library, written anew as ONNX. `input` float [N, features] goes in, missing values NaN; where the
 * file names categories, an input a column instead, float or string [N, 1], by its name. Out comes `probabilities` float
 * [N, classes], or `prediction` float [N, 1].
 */
export interface ConvertedModel extends ForeignModel {
  /** Empty for a regression. */
  classes: string[];
  task: TaskKind;
  producer: string;
  /** Sentences for whoever adopts the model: what was decided where the file leaves it open. */
  notes: string[];
}
