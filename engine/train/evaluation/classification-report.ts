import type { ClassCurves, ClassificationReport } from '../../contract/train-classification.ts';
import { calibration } from '../../statistics/calibration.ts';
import {
  type ClassificationInput,
  classRanking,
  predictedClasses,
  scoredClasses,
} from '../../statistics/classification-metrics.ts';
import { confusionMatrix } from '../../statistics/confusion.ts';
import { precisionRecallCurve, rocCurve } from '../../statistics/curves.ts';
import { gainCurve } from '../../statistics/gains.ts';
import { thresholdPoints } from '../../statistics/thresholds.ts';
import { classificationInput, type Judged } from './judged.ts';
import { keptPoints, suggestedRules, thresholdChoices } from './threshold-choice.ts';

/** Of more classes the most frequent ones have curves. */
const drawnClasses = 20;

export function classificationReport(judged: Judged, seed: number): ClassificationReport {
  const input = classificationInput(judged);
  const counts = judged.classes.map((_, index) =>
    judged.target.reduce((sum, label) => sum + Number(label === index), 0),
  );
  const drawn = scoredClasses(judged.classes)
    .sort((a, b) => (counts[b] as number) - (counts[a] as number) || a - b)
    .slice(0, drawnClasses)
    .sort((a, b) => a - b);
  return {
    classes: [...judged.classes],
    confusion: confusionMatrix(input.labels, predictedClasses(input), judged.classes.length),
    curves: drawn.map((scored) => curvesOf(input, scored, counts[scored] as number)),
    threshold: judged.task === 'binary' ? thresholds(input, judged.threshold, seed) : null,
  };
}

function curvesOf(input: ClassificationInput, scored: number, positives: number): ClassCurves {
  return {
    class: input.classes[scored] as string,
    positives,
    roc: rocCurve(input, scored),
    precisionRecall: precisionRecallCurve(input, scored),
    gains: gainCurve(classRanking(input, scored)),
    calibration: calibration(input, scored),
  };
}

function thresholds(input: ClassificationInput, current: number, seed: number): ClassificationReport['threshold'] {
  return {
    current,
    points: thresholdPoints(classRanking(input, 1), keptPoints),
    suggestions: thresholdChoices(input, suggestedRules, seed),
  };
}
