import { type Frame, selectRows } from '../../engine/base/frame.ts';
import {
  baselineAnswer,
  type EvaluationControl,
  type EvaluationSubject,
} from '../../engine/train/evaluation/subject.ts';
import { backgroundOf } from '../../engine/train/train-job.ts';
import { trainOn } from './train-sample.ts';

export const quietEvaluation: EvaluationControl = { throwIfCanceled: () => {} };

/** A model fitted to a frame, with the rows that it is judged by. */
export async function subjectOf(
  frame: Frame,
  request: Parameters<typeof trainOn>[1],
  learner = 'linear',
  parameters: Parameters<typeof trainOn>[3] = {},
): Promise<EvaluationSubject> {
  const { prepared, model, answers, metric } = await trainOn(frame, request, learner, parameters);
  const { training, holdout, classes } = prepared;
  return {
    model,
    holdout: { ...holdout, frame: selectRows(frame, holdout.positions), answers },
    training: {
      rows: training.target.length,
      background: backgroundOf(frame, training.positions),
      baseline: baselineAnswer(training.target, classes.length),
    },
    metric,
    seed: 0,
  };
}
