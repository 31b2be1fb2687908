import { meanOrNull, scoredClasses } from './classification-metrics.ts';

interface Expectation {
  classes: readonly string[];
  /** The model's own, rows x classes: they rank the rows. */
  probabilities: Float64Array;
  /** How likely each class is the true one, rows x classes. */
  truth: Float64Array;
}

/**
 * Areas under the expected ROC and precision-recall curve: each row is a positive one by the probability that it is. Of more
 * than two classes the mean of one class against the rest; null where a class is impossible or certain in every row.
 */
export function expectedAreas(expectation: Expectation): { roc_auc: number | null; average_precision: number | null } {
  const areas = scoredClasses(expectation.classes).map((scored) => areasOf(expectation, scored));
  return {
    roc_auc: meanOrNull(areas.map(({ roc }) => roc)),
    average_precision: meanOrNull(areas.map(({ precision }) => precision)),
  };
}

function areasOf({ classes, probabilities, truth }: Expectation, scored: number) {
  const at = (values: Float64Array, row: number) => values[row * classes.length + scored] as number;
  const rows = probabilities.length / classes.length;
  const order = Int32Array.from({ length: rows }, (_, row) => row).sort(
    (one, other) => at(probabilities, other) - at(probabilities, one),
  );
  let [positives, called, doubledArea, precision] = [0, 0, 0, 0];
  for (let start = 0; start < rows; ) {
    const score = at(probabilities, order[start] as number);
    let end = start;
    let gained = 0;
    while (end < rows && at(probabilities, order[end] as number) === score) gained += at(truth, order[end++] as number);
    doubledArea += (end - start - gained) * (2 * positives + gained);
    positives += gained;
    called += end - start;
    precision += gained * (positives / called);
    start = end;
  }
  const negatives = rows - positives;
  return {
    roc: positives > 0 && negatives > 0 ? doubledArea / (2 * positives * negatives) : null,
    precision: positives > 0 ? precision / positives : null,
  };
}
