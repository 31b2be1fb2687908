import Type from 'typebox';
import type { Json } from '../../base/canonical-json.ts';
import { treeContributions } from '../explain/tree-shap.ts';
import type { FitSummary, FittedLearner, Learner } from './learner.ts';
import { probabilitiesOf } from './linear/logistic.ts';
import { writeProbabilities } from './score-graph.ts';
import { type Boosted, boost } from './trees/boost.ts';
import type { TreeEnsemble } from './trees/ensemble.ts';
import { writeEnsemble } from './trees/ensemble-graph.ts';
import { ensembleState, restoreEnsemble, treesBefore } from './trees/ensemble-state.ts';
import { regressionLosses } from './trees/losses.ts';
import { treePredictions } from './trees/tree-predictions.ts';

/** More rows than these stop early where that is left to us, as in scikit-learn. */
const automaticStoppingRows = 10_000;

/**
 * Gradient boosting on histograms of binned columns, after LightGBM (Ke et al. 2017) and scikit-learn's
 * HistGradientBoosting, whose defaults it has.
 */
export const trees: Learner = {
  name: 'trees',
  title: 'Boosted trees',
  description: 'Adds up many small decision trees, each mending what is left: usually the most accurate on tables.',
  layout: 'raw',
  keepsMonotone: true,
  parameters: Type.Object({
    loss: Type.Enum([...regressionLosses], {
      default: 'squared',
      description: 'Regression: the error that is made small; poisson for counts, quantile for a level of the target.',
    }),
    quantile: Type.Number({
      default: 0.5,
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      description: 'Regression with the quantile loss: the level.',
    }),
    rounds: Type.Integer({ default: 100, minimum: 1, maximum: 100_000, description: 'Trees an output at most.' }),
    learning_rate: Type.Number({
      default: 0.1,
      exclusiveMinimum: 0,
      maximum: 1,
      description: 'Share of each tree that is added: smaller is steadier and needs more rounds.',
    }),
    max_leaves: Type.Integer({ default: 31, minimum: 2, maximum: 65_536, description: 'Leaves of a tree at most.' }),
    max_depth: Type.Integer({
      default: 0,
      minimum: 0,
      maximum: 64,
      description: 'Depth of a tree at most; 0 is no limit.',
    }),
    min_samples_leaf: Type.Integer({ default: 20, minimum: 1, description: 'Training rows of a leaf at least.' }),
    min_hessian_leaf: Type.Number({
      default: 1e-3,
      minimum: 0,
      description: 'Summed second derivatives of a leaf at least.',
    }),
    l2: Type.Number({ default: 0, minimum: 0, description: 'L2 penalty on the answers of leaves.' }),
    max_bins: Type.Integer({ default: 255, minimum: 2, maximum: 255, description: 'Bins of a column at most.' }),
    row_share: Type.Number({
      default: 1,
      exclusiveMinimum: 0,
      maximum: 1,
      description: 'Share of the rows drawn for each round.',
    }),
    column_share: Type.Number({
      default: 1,
      exclusiveMinimum: 0,
      maximum: 1,
      description: 'Share of the columns drawn for each round.',
    }),
    early_stopping: Type.Enum(['auto', 'on', 'off'], {
      default: 'auto',
      description: 'Stops when rows kept aside no longer gain; auto does so beyond 10,000 training rows.',
    }),
    validation_share: Type.Number({
      default: 0.1,
      exclusiveMinimum: 0,
      maximum: 0.5,
      description: 'Early stopping: share of the training part kept aside.',
    }),
    patience: Type.Integer({ default: 10, minimum: 1, description: 'Early stopping: rounds without a gain to wait.' }),
  }),
  validationShare(parameters, trainingRows) {
    const { early_stopping: mode, validation_share: share } = parameters;
    return mode === 'on' || (mode === 'auto' && trainingRows > automaticStoppingRows) ? (share as number) : 0;
  },
  maximumBins: (parameters) => parameters.max_bins as number,
  searchSpace: () => ({
    ranges: {
      learning_rate: { kind: 'number', low: 0.01, high: 0.3, scale: 'log' },
      rounds: { kind: 'integer', low: 50, high: 600, scale: 'log' },
      max_leaves: { kind: 'integer', low: 4, high: 128, scale: 'log' },
      min_samples_leaf: { kind: 'integer', low: 3, high: 100, scale: 'log' },
      l2: { kind: 'number', low: 1e-3, high: 30, scale: 'log' },
      row_share: { kind: 'number', low: 0.5, high: 1 },
      column_share: { kind: 'number', low: 0.3, high: 1 },
    },
    resource: 'rounds',
  }),
  async fit(task, parameters, control) {
    const isLogScore = task.task === 'regression' && parameters.loss === 'poisson';
    const modelOf = ({ ensemble, baseline, rounds }: Boosted) => {
      const summary = { converged: true, iterations: rounds };
      return boostedModel({ ensemble, baseline, classCount: task.classCount, isLogScore, summary });
    };
    const boosted = boost(task, parameters, control, treesBefore(control), (soFar) => {
      control.checkpoint?.(() => modelOf(soFar()).state());
    });
    return modelOf(boosted);
  },
  restore(state: Json) {
    const { ensemble, baseline, ...rest } = state as unknown as Omit<BoostedModel, 'ensemble' | 'baseline'> & {
      ensemble: Json;
      baseline: number[];
    };
    return boostedModel({ ...rest, ensemble: restoreEnsemble(ensemble), baseline: Float64Array.from(baseline) });
  },
};

interface BoostedModel {
  ensemble: TreeEnsemble;
  baseline: Float64Array;
  /** 0 for a regression. */
  classCount: number;
  /** The answer is exp(score). */
  isLogScore: boolean;
  summary: FitSummary;
}

function boostedModel({ ensemble, baseline, classCount, isLogScore, summary }: BoostedModel): FittedLearner {
  const answersOf = (sums: Float64Array): Float64Array => {
    const scores = sums.map((sum, place) => sum + (baseline[place % baseline.length] as number));
    if (classCount > 0) return probabilitiesOf(scores, classCount);
    return isLogScore ? scores.map(Math.exp) : scores;
  };
  return {
    summary,
    state: () => ({
      ensemble: ensembleState(ensemble),
      baseline: [...baseline],
      classCount,
      isLogScore,
      summary: { ...summary },
    }),
    ...treePredictions(ensemble, answersOf),
    explainSteps: ensemble.columns.length,
    explain(features, _background, throwIfCanceled) {
      const { base, values } = treeContributions(ensemble, features, throwIfCanceled);
      const unit = classCount === 2 ? 'log_odds' : classCount > 2 || isLogScore ? 'score' : 'answer';
      const start = base.map((mean, output) => mean + (baseline[output] as number));
      return { method: 'tree', unit, outputs: ensemble.outputs, base: start, values };
    },
    writeGraph(builder, features) {
      const sums = writeEnsemble(builder, features, ensemble);
      const scores = builder.node('Add', [sums, builder.doubles([1, baseline.length], baseline)]);
      if (classCount > 0) return writeProbabilities(builder, scores, classCount);
      return isLogScore ? builder.node('Exp', [scores]) : scores;
    },
  };
}
