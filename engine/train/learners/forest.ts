import Type from 'typebox';
import type { Json } from '../../base/canonical-json.ts';
import { treeContributions } from '../explain/tree-shap.ts';
import type { FittedLearner, Learner } from './learner.ts';
import type { TreeEnsemble } from './trees/ensemble.ts';
import { writeEnsemble } from './trees/ensemble-graph.ts';
import { ensembleState, restoreEnsemble, treesBefore } from './trees/ensemble-state.ts';
import { fitForest } from './trees/forest-fit.ts';
import { treePredictions } from './trees/tree-predictions.ts';

/** A random forest on binned columns (Breiman 2001), or with `random_cuts` extremely randomised trees (Geurts et al. 2006). */
export const forest: Learner = {
  name: 'forest',
  title: 'Random forest',
  description: 'Averages many deep decision trees, each grown on other rows and columns: hard to do wrong.',
  layout: 'raw',
  parameters: Type.Object({
    trees: Type.Integer({ default: 100, minimum: 1, maximum: 10_000, description: 'Trees.' }),
    column_share: Type.Number({
      default: 0,
      minimum: 0,
      maximum: 1,
      description:
        'Share of the columns tried at each split; 0 takes the square root of their number, or a third for numbers.',
    }),
    min_samples_leaf: Type.Integer({ default: 3, minimum: 1, description: 'Training rows of a leaf at least.' }),
    max_depth: Type.Integer({
      default: 0,
      minimum: 0,
      maximum: 64,
      description: 'Depth of a tree at most; 0 is no limit.',
    }),
    max_bins: Type.Integer({ default: 255, minimum: 2, maximum: 255, description: 'Bins of a column at most.' }),
    bootstrap: Type.Boolean({ default: true, description: 'Rows of a tree are drawn with replacement.' }),
    row_share: Type.Number({
      default: 1,
      exclusiveMinimum: 0,
      maximum: 1,
      description: 'Share of the rows drawn for each tree.',
    }),
    random_cuts: Type.Boolean({
      default: false,
      description: 'One random cut a column is tried instead of all (extremely randomised trees).',
    }),
  }),
  maximumBins: (parameters) => parameters.max_bins as number,
  searchSpace: () => ({
    ranges: {
      column_share: { kind: 'number', low: 0.1, high: 1 },
      min_samples_leaf: { kind: 'integer', low: 1, high: 50, scale: 'log' },
      random_cuts: { kind: 'choice', values: [false, true] },
    },
    resource: 'trees',
  }),
  async fit(task, parameters, control) {
    const modelOf = (ensemble: TreeEnsemble) => forestModel(ensemble, task.classCount);
    const ensemble = fitForest(task, parameters, control, treesBefore(control), (soFar) => {
      control.checkpoint?.(() => modelOf(soFar()).state());
    });
    return modelOf(ensemble);
  },
  restore(state: Json) {
    const { ensemble, classCount } = state as { ensemble: Json; classCount: number };
    return forestModel(restoreEnsemble(ensemble), classCount);
  },
};

function forestModel(ensemble: TreeEnsemble, classCount: number): FittedLearner {
  const trees = ensemble.roots.length;
  const answersOf = (sums: Float64Array): Float64Array => {
    const means = sums.map((sum) => sum / trees);
    return classCount === 2 ? withFirstClass(means) : means;
  };
  return {
    summary: { converged: true, iterations: trees },
    state: () => ({ ensemble: ensembleState(ensemble), classCount }),
    ...treePredictions(ensemble, answersOf),
    explainSteps: ensemble.columns.length,
    explain(features, _background, throwIfCanceled) {
      const { base, values } = treeContributions(ensemble, features, throwIfCanceled);
      const mean = (sum: number) => sum / trees;
      const { outputs } = ensemble;
      return { method: 'tree', unit: 'answer', outputs, base: base.map(mean), values: values.map(mean) };
    },
    writeGraph(builder, features) {
      const means = builder.node('Div', [writeEnsemble(builder, features, ensemble), builder.doubles([1, 1], [trees])]);
      if (classCount !== 2) return means;
      return builder.concat([builder.node('Sub', [builder.doubles([1, 1], [1]), means]), means], 1);
    },
  };
}

/** Shares of the second of two classes as those of both. */
function withFirstClass(shares: Float64Array): Float64Array {
  const both = new Float64Array(2 * shares.length);
  for (let row = 0; row < shares.length; row++) {
    both[2 * row] = 1 - (shares[row] as number);
    both[2 * row + 1] = shares[row] as number;
  }
  return both;
}
