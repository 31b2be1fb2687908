import { readFileSync } from 'node:fs';
import type { Frame } from '../../base/frame.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { type DrawnRows, drawRows } from '../draw-rows.ts';
import type { FitOrder } from '../fit.ts';
import { readHoldout } from '../holdout-file.ts';
import { rankingMetric } from '../metrics.ts';
import { readModelFile } from '../model-file.ts';
import { backgroundOf, readDataset, type TrainJobInput } from '../train-job.ts';
import { modelRows } from './raw-frame.ts';
import { baselineAnswer, type EvaluationSubject } from './subject.ts';

/** A run as jobs that judge or explain it take it. */
export interface SubjectInput {
  /** The run's training once more: its dataset, its request, its one order. */
  training: TrainJobInput;
  /** Files of the run's model and holdout. */
  modelPath: string;
  holdoutPath: string;
}

export interface LoadedSubject {
  subject: EvaluationSubject;
  /** All rows of the dataset version. */
  frame: Frame;
  drawn: DrawnRows;
  order: FitOrder;
}

/** Reads a run's model, its answers, and the rows that it was trained on and judged by. */
export async function loadSubject(input: SubjectInput, job: JobContext): Promise<LoadedSubject> {
  job.progress({ phase: 'reading', done: 0, total: 0 });
  const frame = await readDataset(input.training, job);
  job.throwIfCanceled();
  const drawn = drawRows(frame, input.training.request);
  const { model } = readModelFile(readFileSync(input.modelPath, 'utf8'));
  const { positions, target, values } = readHoldout(readFileSync(input.holdoutPath, 'utf8'));
  const order = input.training.orders[0] as FitOrder;
  const learnt = Float64Array.from(drawn.training, (row) => drawn.target.values[row] as number);
  const subject = {
    model,
    holdout: { frame: modelRows(frame, positions), positions, target, answers: { values } },
    training: {
      rows: drawn.training.length,
      background: backgroundOf(frame, drawn.training),
      baseline: baselineAnswer(learnt, model.classes.length),
    },
    metric: rankingMetric(model.task, order.metric),
    seed: order.seed,
  };
  return { subject, frame, drawn, order };
}
