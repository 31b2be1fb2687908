import Type from 'typebox';
import type { Json } from '../../base/canonical-json.ts';
import type { GraphBuilder } from '../../base/onnx/graph-builder.ts';
import { linearContributions } from '../explain/linear-shap.ts';
import type { FeatureMatrix, GraphFeatures } from '../features/feature-matrix.ts';
import type {
  FitControl,
  FitSummary,
  FittedLearner,
  Learner,
  LearnerSpace,
  LearningTask,
  Parameters,
} from './learner.ts';
import { linearScores } from './linear/design.ts';
import { fitCoefficients } from './linear/fit-coefficients.ts';
import { probabilitiesOf, scoreCount } from './linear/logistic.ts';
import { writeProbabilities } from './score-graph.ts';

interface LinearState {
  /** 0 for a regression. */
  classCount: number;
  /** outputs x (width + 1), each ending with its intercept. */
  coefficients: number[];
  summary: FitSummary;
}

/**
 * Least squares, ridge, logistic and multinomial regression with an elastic net penalty, fitted to convergence; how stands
 * in `fitCoefficients`.
 */
export const linear: Learner = {
  name: 'linear',
  title: 'Linear',
  description: 'Weighs the columns and adds them up: quick, steady, and its weights can be read.',
  parameters: Type.Object({
    alpha: Type.Number({ default: 1, minimum: 0, description: 'Regression: strength of the penalty.' }),
    C: Type.Number({
      default: 1,
      exclusiveMinimum: 0,
      description: 'Classification: inverse strength of the penalty, smaller is stronger.',
    }),
    l1_ratio: Type.Number({
      default: 0,
      minimum: 0,
      maximum: 1,
      description: 'Share of the L1 penalty, which leaves columns out: 0 is ridge, 1 is lasso, between is elastic net.',
    }),
    tolerance: Type.Number({
      default: 1e-7,
      exclusiveMinimum: 0,
      description: 'Of what is iterated: converged when no element of the gradient of the mean loss is larger.',
    }),
    max_iterations: Type.Integer({ default: 1000, minimum: 1, description: 'Iterations at most.' }),
  }),
  layout: 'scaled',
  searchSpace(task): LearnerSpace {
    if (task === 'regression') return { ranges: { alpha: { kind: 'number', low: 1e-3, high: 1e3, scale: 'log' } } };
    return { ranges: { C: { kind: 'number', low: 1e-3, high: 1e2, scale: 'log' } } };
  },
  fit: async (task, parameters, control) => linearModel(fitState(task, parameters, control)),
  restore: (state: Json) => linearModel(state as unknown as LinearState),
};

function fitState(learning: LearningTask, parameters: Parameters, control: FitControl): LinearState {
  const { coefficients, summary } = fitCoefficients(learning, parameters, control);
  return { classCount: learning.classCount, coefficients: [...coefficients], summary };
}

function linearModel(state: LinearState): FittedLearner {
  const { classCount, summary } = state;
  const coefficients = Float64Array.from(state.coefficients);
  const outputs = classCount === 0 ? 1 : scoreCount(classCount);
  return {
    summary,
    state: () => ({ ...state, summary: { ...summary } }),
    predict(features: FeatureMatrix) {
      const scores = linearScores(features, coefficients, outputs);
      return classCount === 0 ? scores : probabilitiesOf(scores, classCount);
    },
    explain: (features, background) => linearContributions(features, background, coefficients, classCount),
    writeGraph(builder, features) {
      const scores = writeScores(builder, features, coefficients, outputs);
      if (classCount === 0) return scores;
      return writeProbabilities(builder, scores, classCount);
    },
  };
}

/** [N, outputs]: a matrix product over the dense columns, and a table of coefficients for each block. */
function writeScores(
  builder: GraphBuilder,
  features: GraphFeatures,
  coefficients: Float64Array,
  outputs: number,
): string {
  const span = coefficients.length / outputs;
  const coefficient = (output: number, column: number) => coefficients[output * span + column] as number;
  const table = (from: number, count: number) =>
    Array.from({ length: count * outputs }, (_, place) =>
      coefficient(place % outputs, from + Math.floor(place / outputs)),
    );

  const terms = features.blocks.map(({ offset, levels, codes }) => {
    // One row more than levels, all 0, for code `levels`: none of them.
    const values = [...table(offset, levels), ...new Array<number>(outputs).fill(0)];
    const weighed = builder.gather(builder.doubles([levels + 1, outputs], values), codes, 0);
    return builder.node('Squeeze', [weighed, builder.integers([1], [1])]);
  });
  if (features.dense !== undefined) {
    const weights = builder.doubles([features.denseWidth, outputs], table(0, features.denseWidth));
    terms.unshift(builder.node('MatMul', [features.dense, weights]));
  }
  return builder.node('Sum', [...terms, builder.doubles([1, outputs], table(span - 1, 1))]);
}
