import type { Frame } from '../base/frame.ts';
import type { Metrics } from '../contract/values.ts';
import type { InputValue } from '../serving/field-rule.ts';
import { drawRows, type TrainingRequest } from './draw-rows.ts';
import { columnImportance } from './evaluation/importance.ts';
import { modelRows } from './evaluation/raw-frame.ts';
import { baselineAnswer } from './evaluation/subject.ts';
import { exampleRows } from './example-rows.ts';
import { type FitOrder, fitLearner } from './fit.ts';
import type { FitControl } from './learners/learner.ts';
import type { RankingMetric } from './metrics.ts';
import type { Model } from './model.ts';
import { prepareDrawn } from './prepare.ts';
import { backgroundOf, layoutsOfOrders } from './train-job.ts';

/** A model that was fitted on rows in memory, and what is known of it. */
export interface FittedRows {
  model: Model;
  metric: RankingMetric;
  /** Of the holdout. */
  metrics: Metrics;
  /** Some raw rows of the holdout, in the order of the model's features. */
  examples: InputValue[][];
  /** Rows of the frame that were learnt from, ascending, and their target: numbers, or indexes of classes. */
  training: { positions: Int32Array; target: Float64Array };
  /** How much the metric worsens on the holdout without a column, by name: the permutation importance of a run. */
  importance(): Promise<Map<string, number>>;
}

/**
 * Fits one learner, or the members of a blend, on rows in memory as `train.run` fits it: the same rows and order give the
 * same model.
 * @throws GalleyError `train.…` for what makes training impossible, `job.canceled`
 */
export async function fitRows(
  frame: Frame,
  request: TrainingRequest,
  order: FitOrder,
  control: Pick<FitControl, 'throwIfCanceled'>,
): Promise<FittedRows> {
  const prepared = prepareDrawn(frame, request, drawRows(frame, request), layoutsOfOrders([order]));
  const { training, holdout, classes } = prepared;
  const throwIfCanceled = () => control.throwIfCanceled();
  const { model, metric, metrics, answers } = await fitLearner(prepared, order, {
    progress: throwIfCanceled,
    throwIfCanceled,
  });
  return {
    model,
    metric,
    metrics,
    examples: exampleRows(frame, prepared),
    training: { positions: training.positions, target: training.target },
    async importance() {
      const subject = {
        model,
        holdout: { ...holdout, frame: modelRows(frame, holdout.positions), answers },
        training: {
          rows: training.target.length,
          background: backgroundOf(frame, training.positions),
          baseline: baselineAnswer(training.target, classes.length),
        },
        metric,
        seed: order.seed,
      };
      const { columns } = await columnImportance(subject, { throwIfCanceled });
      return new Map(columns.map(({ name, value }) => [name, value]));
    },
  };
}
