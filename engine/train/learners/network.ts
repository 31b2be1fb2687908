import type { Json } from '../../base/canonical-json.ts';
import { seededRandom } from '../../base/random.ts';
import type { FitControl, FitSummary, FittedLearner, Learner, LearningTask, Parameters } from './learner.ts';
import { probabilitiesOf, scoreCount } from './linear/logistic.ts';
import type { EngineStart, NetworkEngine } from './network/engine.ts';
import type { LossKind } from './network/graph-losses.ts';
import { initialWeights, type NetworkWeights } from './network/initial-weights.ts';
import { fitInputScaling } from './network/input-scaling.ts';
import { networkRows, targetScale } from './network/network-rows.ts';
import { startOnnxRuntime } from './network/onnxruntime-engine.ts';
import { makePredictor, predictScores, writeScores } from './network/predictor.ts';
import { type EngineName, networkParameters, networkSettings, validationShare } from './network/settings.ts';
import { shapeOf } from './network/shape.ts';
import { decodeProgress, decodeState, encodeProgress, encodeState, type NetworkModel } from './network/state.ts';
import { startTensorflow } from './network/tfjs-engine.ts';
import { type TrainingState, trainNetwork } from './network/training.ts';
import { writeProbabilities } from './score-graph.ts';

/**
 * A multilayer perceptron, trained by Adam on mini-batches with its best epoch taken. Numbers enter softly clipped, a
 * category by a row of weights for each level, a regression's target standardised.
 */
export const network: Learner = {
  name: 'network',
  title: 'Network',
  description: 'Layers of units that learn to bend and combine the columns: for many rows and smooth relations.',
  parameters: networkParameters,
  layout: 'scaled',
  validationShare,
  searchSpace: () => ({
    ranges: {
      hidden: { kind: 'choice', values: ['auto', '32', '64-32', '128-64', '256-128'] },
      learning_rate: { kind: 'number', low: 5e-4, high: 1e-2, scale: 'log' },
      dropout: { kind: 'number', low: 0, high: 0.4 },
      l2: { kind: 'number', low: 1e-2, high: 1e2, scale: 'log' },
    },
  }),
  fit,
  restore: (state: Json) => fittedNetwork(decodeState(state)),
};

async function fit(task: LearningTask, parameters: Parameters, control: FitControl): Promise<FittedLearner> {
  control.throwIfCanceled();
  const settings = networkSettings(parameters, task);
  const shape = shapeOf(task.features, {
    ...settings,
    outputs: task.classCount === 0 ? 1 : scoreCount(task.classCount),
  });
  const scaling = fitInputScaling(task.features);
  const target = task.classCount === 0 ? targetScale(task) : { mean: 0, scale: 1 };
  const unit = meanWeight(task);
  const rows = networkRows(task, shape, scaling, target, unit);
  const validation = task.validation && networkRows(task.validation, shape, scaling, target, unit);
  const loss = lossOf(task);
  const seeds = seededRandom(task.seed);
  const nextSeed = () => Math.floor(seeds() * 2 ** 32);
  const initial = initialWeights(shape, outputBias(task), seededRandom(nextSeed()));
  const start = control.resumeFrom === undefined ? beginning(initial) : decodeProgress(control.resumeFrom);
  // The loss is a mean over rows, the penalty one of the whole training part.
  const step = { ...settings, l2: settings.l2 / rows.rows, loss, weighted: rows.weights !== undefined };
  const engine = await engineStarters[settings.engine]({ shape, settings: step, rows, weights: start.weights });
  const model = (best: { weights: Float32Array; statistics: Float32Array }, summary: FitSummary): NetworkModel => ({
    shape,
    scaling,
    target,
    classCount: task.classCount,
    weights: best.weights,
    statistics: best.statistics,
    summary,
  });
  try {
    const { best, epochs, stoppedEarly } = await trainNetwork(
      {
        engine,
        settings,
        loss,
        outputs: shape.outputs,
        rows: rows.rows,
        validation,
        seed: nextSeed(),
        onEpoch: (state, weights) =>
          control.checkpoint?.(() =>
            encodeProgress(model(state.best, { converged: false, iterations: state.epoch }), state, weights),
          ),
      },
      start.state,
      control,
    );
    const hasPassedBest = stoppedEarly || (validation !== undefined && best.epoch < epochs);
    const converged = hasPassedBest || settings.schedule === 'cosine' || settings.schedule === 'step';
    return fittedNetwork(model(best, { converged, iterations: epochs }));
  } finally {
    await engine.release();
  }
}

const engineStarters: Record<EngineName, (start: EngineStart) => Promise<NetworkEngine>> = {
  onnxruntime: startOnnxRuntime,
  tfjs: startTensorflow,
};

function lossOf({ task }: LearningTask): LossKind {
  return task === 'regression' ? 'squared' : task;
}

function beginning(weights: NetworkWeights): { state: TrainingState; weights: NetworkWeights } {
  const best = { epoch: 0, loss: Number.POSITIVE_INFINITY, weights: weights.weights, statistics: weights.statistics };
  return { state: { epoch: 0, steps: 0, best, plateaus: 0, plateauSince: 0 }, weights };
}

function meanWeight({ weights }: LearningTask): number {
  return weights ? weights.reduce((sum, weight) => sum + weight, 0) / weights.length : 1;
}

/** Scores without any feature: the log-odds of two classes, the logarithms of more classes' shares, 0 for a scaled number. */
function outputBias({ task, classCount, target, weights }: LearningTask): number[] {
  if (task === 'regression') return [0];
  const totals = new Array<number>(classCount).fill(0);
  target.forEach((label, row) => {
    totals[label] = (totals[label] as number) + (weights?.[row] ?? 1);
  });
  // A class whose rows all have a weight of 0 would begin at minus infinity.
  const total = totals.reduce((sum, value) => sum + value, 0);
  const logs = totals.map((value) => Math.log(Math.max(value, 1e-6 * total)));
  return task === 'binary' ? [(logs[1] as number) - (logs[0] as number)] : logs;
}

function fittedNetwork(model: NetworkModel): FittedLearner {
  const { classCount, summary } = model;
  const predictor = makePredictor(model.shape, model.weights, model.statistics, model);
  return {
    summary,
    state: () => encodeState(model),
    predict(features) {
      const scores = predictScores(predictor, features);
      return classCount === 0 ? scores : probabilitiesOf(scores, classCount);
    },
    writeGraph(builder, features) {
      const scores = writeScores(builder, predictor, features);
      return classCount === 0 ? scores : writeProbabilities(builder, scores, classCount);
    },
  };
}
