/** Rows of the holdout with what a run said of them. */
export interface HoldoutPredictions {
  /** Rows of the dataset version, ascending. */
  positions: Int32Array;
  /** Numbers, or indexes of the model's classes. */
  target: Float64Array;
  /** Rows x classes probabilities, or rows x 1 predictions; row-major, NaN where an answer was not finite. */
  values: Float64Array;
}

interface HoldoutJson {
  format: 1;
  positions: number[];
  target: number[];
  /** JSON has no NaN: null. */
  values: (number | null)[];
}

/** The file of a run's holdout predictions: JSON, the same bytes for the same predictions. */
export function holdoutText({ positions, target, values }: HoldoutPredictions): string {
  const json: HoldoutJson = { format: 1, positions: [...positions], target: [...target], values: [...values] };
  return JSON.stringify(json);
}

export function readHoldout(text: string): HoldoutPredictions {
  const { positions, target, values } = JSON.parse(text) as HoldoutJson;
  return {
    positions: Int32Array.from(positions),
    target: Float64Array.from(target),
    values: Float64Array.from(values, (value) => value ?? Number.NaN),
  };
}
