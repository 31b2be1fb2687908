import type { Frame } from '../../base/frame.ts';
import { columnFeatures } from '../features/features.ts';
import type { RankingMetric } from '../metrics.ts';
import type { Answers, Model } from '../model.ts';
import type { Judged } from './judged.ts';

/** A model and the rows that it is judged by. */
export interface EvaluationSubject {
  model: Model;
  holdout: {
    /** Raw rows, all columns of the dataset version. */
    frame: Frame;
    /** Of the rows, in the dataset version. */
    positions: Int32Array;
    /** Numbers, or class indexes. */
    target: Float64Array;
    answers: Answers;
  };
  training: {
    rows: number;
    /** Some raw rows of the training part: what stands for a column that is not known. */
    background: Frame;
    /** Share of each class, or the mean, of all of them: what the baseline answers. */
    baseline: Float64Array;
  };
  metric: RankingMetric;
  /** Of every draw. */
  seed: number;
}

/** What evaluating may tell and ask. */
export interface EvaluationControl {
  /** Told between steps. @throws GalleyError `job.canceled` */
  throwIfCanceled(): void;
  /** Lets messages of the process come in. */
  breathe?(): Promise<void>;
  progress?(done: number, total: number): void;
}

export function judgedOf({ model, holdout }: EvaluationSubject): Judged {
  const { task, classes, threshold } = model;
  return { task, classes, threshold, answers: holdout.answers, target: holdout.target };
}

/** Names of the raw columns that a model reads. */
export function inputColumns(model: Pick<Model, 'features'>): string[] {
  return columnFeatures(model.features).map(({ name }) => name);
}

/** Share of each class, or the mean. */
export function baselineAnswer(target: Float64Array, classCount: number): Float64Array {
  const sums = new Float64Array(Math.max(1, classCount));
  for (const value of target) {
    const place = classCount === 0 ? 0 : value;
    sums[place] = (sums[place] as number) + (classCount === 0 ? value : 1);
  }
  return sums.map((sum) => sum / target.length);
}
