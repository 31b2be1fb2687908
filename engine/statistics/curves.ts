import { type ClassificationInput, classRanking } from './classification-metrics.ts';

export interface RocPoint {
  falsePositiveRate: number;
  truePositiveRate: number;
  /** Rows with at least this score are called positive; null at the origin, where none is. */
  threshold: number | null;
}

export interface PrecisionRecallPoint {
  recall: number;
  precision: number;
  /** As in `RocPoint`; null at recall 0, where precision is 1 by convention. */
  threshold: number | null;
}

export interface CalibrationPoint {
  meanPredicted: number;
  shareOfPositives: number;
  rows: number;
}

/**
 * ROC curve of one class against the rest from (0, 0) to (1, 1), at most `maximumPoints` points evenly along the curve.
 * @param scored class index; the second class by default. @returns [] unless there are positive and negative rows.
 */
export function rocCurve(input: ClassificationInput, scored = 1, maximumPoints = 200): RocPoint[] {
  const { scores, truePositives, falsePositives, positives, negatives } = classRanking(input, scored);
  if (positives === 0 || negatives === 0) return [];
  const points: RocPoint[] = [{ falsePositiveRate: 0, truePositiveRate: 0, threshold: null }];
  scores.forEach((threshold, step) => {
    points.push({
      falsePositiveRate: (falsePositives[step] as number) / negatives,
      truePositiveRate: (truePositives[step] as number) / positives,
      threshold,
    });
  });
  return thinned(points, (point) => [point.falsePositiveRate, point.truePositiveRate], maximumPoints);
}

/**
 * Precision against recall of one class against the rest by rising recall, at most `maximumPoints` points. Between points
 * precision must not be interpolated linearly (Davis, Goadrich 2006): draw steps. @returns [] without positive rows.
 */
export function precisionRecallCurve(
  input: ClassificationInput,
  scored = 1,
  maximumPoints = 200,
): PrecisionRecallPoint[] {
  const { scores, truePositives, falsePositives, positives } = classRanking(input, scored);
  if (positives === 0) return [];
  const points: PrecisionRecallPoint[] = [{ recall: 0, precision: 1, threshold: null }];
  scores.forEach((threshold, step) => {
    const hits = truePositives[step] as number;
    points.push({ recall: hits / positives, precision: hits / (hits + (falsePositives[step] as number)), threshold });
  });
  return thinned(points, (point) => [point.recall, point.precision], maximumPoints);
}

/**
 * Predicted against observed share of one class in equally wide bins of the probability (scikit-learn's
 * `calibration_curve`, strategy uniform: bins (a, b], the first closed); empty bins are left out.
 */
export function calibrationCurve(input: ClassificationInput, scored = 1, bins = 10): CalibrationPoint[] {
  const sums = Array.from({ length: bins }, () => ({ predicted: 0, positives: 0, rows: 0 }));
  for (let row = 0; row < input.labels.length; row++) {
    const probability = input.probabilities[row * input.classes.length + scored] as number;
    const bin = sums[uniformBin(probability, bins)];
    if (bin === undefined) continue;
    bin.predicted += probability;
    bin.positives += Number(input.labels[row] === scored);
    bin.rows++;
  }
  return sums
    .filter(({ rows }) => rows > 0)
    .map(({ predicted, positives, rows }) => ({
      meanPredicted: predicted / rows,
      shareOfPositives: positives / rows,
      rows,
    }));
}

function uniformBin(probability: number, bins: number): number {
  let bin = Math.min(Math.max(Math.ceil(probability * bins) - 1, 0), bins - 1);
  // The product is rounded: the edges i / bins decide.
  while (bin > 0 && probability <= bin / bins) bin--;
  while (bin < bins - 1 && probability > (bin + 1) / bins) bin++;
  return bin;
}

/** First, last, and points evenly along the length (|dx| + |dy|) of the curve between them. */
function thinned<Point>(points: Point[], place: (point: Point) => [number, number], maximumPoints: number): Point[] {
  if (points.length <= maximumPoints) return points;
  const lengths = new Float64Array(points.length);
  for (let index = 1; index < points.length; index++) {
    const [lastX, lastY] = place(points[index - 1] as Point);
    const [x, y] = place(points[index] as Point);
    lengths[index] = (lengths[index - 1] as number) + Math.abs(x - lastX) + Math.abs(y - lastY);
  }
  const stride = (lengths[points.length - 1] as number) / (maximumPoints - 1);
  let kept = 0;
  return points.filter((_, index) => {
    const keep = index === points.length - 1 || (lengths[index] as number) >= kept * stride;
    if (keep) kept = Math.floor((lengths[index] as number) / stride) + 1;
    return keep;
  });
}
