import type { FileFields } from './file-fields.ts';

/** What XGBoost's Python package adds to a model. */
export interface XgboostWrapper {
  bestIteration?: number;
  /** A number that stands for a missing value, where it is not NaN. */
  missing?: number;
  /** Written up to 1.7. */
  classes?: string[];
  /** JSON that `adopt.py` adds. */
  categories?: string;
  notes: string[];
}

/** @param learner of the file. Its attributes are the user's own: what cannot be read there is as absent. */
export function readWrapper(learner: FileFields): XgboostWrapper {
  if (!learner.has('attributes')) return { notes: [] };
  const attributes = learner.object('attributes');
  const best = attributes.has('best_iteration') ? Number(attributes.text('best_iteration')) : undefined;
  const bestIteration = Number.isSafeInteger(best) && (best as number) >= 0 ? best : undefined;
  const { missing, classes_: classes } = readParameters(attributes);
  return {
    bestIteration,
    missing: typeof missing === 'number' ? missing : undefined,
    classes: Array.isArray(classes) ? classes.map(String) : undefined,
    categories: attributes.has('galley_categories') ? attributes.text('galley_categories') : undefined,
    notes: [
      ...(bestIteration === undefined
        ? []
        : [`Trees up to iteration ${bestIteration} are used, the best one, as early stopping wrote it into the file.`]),
      ...(typeof missing === 'number' ? [`The number ${missing} counts as a missing value.`] : []),
    ],
  };
}

/** What the classes of scikit-learn's kind wrote of themselves, in JSON with NaN. */
function readParameters(attributes: FileFields): Record<string, unknown> {
  if (!attributes.has('scikit_learn')) return {};
  try {
    const parameters: unknown = JSON.parse(attributes.text('scikit_learn').replaceAll(/:\s*NaN\b/g, ': null'));
    return typeof parameters === 'object' && parameters !== null ? (parameters as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
