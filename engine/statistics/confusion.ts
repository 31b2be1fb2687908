/** Rows by true class (first index) and predicted class (second index). */
export type ConfusionMatrix = number[][];

/**
 * Counts of true against predicted classes, scikit-learn's `confusion_matrix`.
 * @param labels true class index per row. @param predicted predicted class index per row.
 */
export function confusionMatrix(
  labels: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classCount: number,
): ConfusionMatrix {
  const matrix = Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0));
  for (let row = 0; row < labels.length; row++) {
    const counts = matrix[labels[row] as number] as number[];
    const column = predicted[row] as number;
    counts[column] = (counts[column] as number) + 1;
  }
  return matrix;
}

export interface ConfusionScores {
  accuracy: number;
  balanced_accuracy: number;
  precision: number;
  recall: number;
  f1: number;
  matthews: number;
}

/**
 * Scores that need only the counts, for at least one row. With two classes precision, recall and f1 are those of the
 * second (positive) class, else unweighted means over the classes that occur as label or prediction. A quotient 0/0 is 0,
 * as scikit-learn's default; balanced_accuracy is the mean recall of the classes that occur as label.
 */
export function confusionScores(matrix: ConfusionMatrix): ConfusionScores {
  const classes = matrix.map((counts, index) => classCounts(matrix, counts, index));
  const rows = sum(classes.map(({ actual }) => actual));
  const hits = sum(classes.map(({ hit }) => hit));
  const judged =
    classes.length === 2 ? classes.slice(1) : classes.filter(({ actual, predicted }) => actual + predicted > 0);
  const present = classes.filter(({ actual }) => actual > 0);
  return {
    accuracy: hits / rows,
    balanced_accuracy: average(present.map(({ hit, actual }) => hit / actual)),
    precision: average(judged.map(({ hit, predicted }) => quotient(hit, predicted))),
    recall: average(judged.map(({ hit, actual }) => quotient(hit, actual))),
    f1: average(judged.map(({ hit, actual, predicted }) => quotient(2 * hit, actual + predicted))),
    matthews: matthewsCorrelation(classes, rows, hits),
  };
}

interface ClassCounts {
  hit: number;
  actual: number;
  predicted: number;
}

function classCounts(matrix: ConfusionMatrix, counts: number[], index: number): ClassCounts {
  return {
    hit: counts[index] as number,
    actual: sum(counts),
    predicted: sum(matrix.map((row) => row[index] as number)),
  };
}

/** Gorodkin (2004), R_K for any number of classes; 0 where either side is constant. */
function matthewsCorrelation(classes: ClassCounts[], rows: number, hits: number): number {
  const covariance = hits * rows - sum(classes.map(({ actual, predicted }) => actual * predicted));
  const spreadOfLabels = rows * rows - sum(classes.map(({ actual }) => actual * actual));
  const spreadOfPredictions = rows * rows - sum(classes.map(({ predicted }) => predicted * predicted));
  return quotient(covariance, Math.sqrt(spreadOfLabels) * Math.sqrt(spreadOfPredictions));
}

function quotient(numerator: number, denominator: number): number {
  return denominator === 0 ? 0 : numerator / denominator;
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function average(values: number[]): number {
  return sum(values) / values.length;
}
