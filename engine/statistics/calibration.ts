import type { ClassificationInput } from './classification-metrics.ts';
import { type CalibrationPoint, calibrationCurve } from './curves.ts';
import { wilsonInterval } from './proportions.ts';

export interface CalibrationBin extends CalibrationPoint {
  /** Wilson's interval of the share of positives. */
  low: number;
  high: number;
}

export interface Calibration {
  /** Equally wide bins of the probability; empty ones are left out. */
  bins: CalibrationBin[];
  /** Mean gap of the bins by their rows: expected calibration error (Naeini, Cooper, Hauskrecht 2015). Null without rows. */
  expectedError: number | null;
  /** The largest gap of a bin. */
  largestError: number | null;
}

/** How far probabilities of one class are from the shares that came true, in equally wide bins. */
export function calibration(input: ClassificationInput, scored = 1, binCount = 10): Calibration {
  const points = calibrationCurve(input, scored, binCount);
  const gaps = points.map(({ meanPredicted, shareOfPositives }) => Math.abs(meanPredicted - shareOfPositives));
  const rows = input.labels.length;
  return {
    bins: points.map((point) => {
      const interval = wilsonInterval(Math.round(point.shareOfPositives * point.rows), point.rows);
      return { ...point, low: interval?.low ?? 0, high: interval?.high ?? 1 };
    }),
    expectedError: rows === 0 ? null : points.reduce((sum, { rows: n }, bin) => sum + (n / rows) * (gaps[bin] ?? 0), 0),
    largestError: rows === 0 ? null : Math.max(...gaps),
  };
}
