import type { InferenceSession, Tensor, TypedTensor } from 'onnxruntime-node';
import { adamFactors } from './adam.ts';
import type { BatchRun, EngineStart, NetworkEngine } from './engine.ts';
import { copyWeights, type NetworkWeights } from './initial-weights.ts';
import { scoringGraph, trainingGraph } from './network-graph.ts';
import type { NetworkInputs, NetworkRows } from './network-rows.ts';
import type { NetworkShape } from './shape.ts';

type Runtime = typeof import('onnxruntime-node');

/** One thread: a fit shares the machine with others, and the sums keep their order. */
const options: InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  logSeverityLevel: 3,
  extra: { session: { intra_op: { allow_spinning: '0' } } },
};

/** Trains by ONNX Runtime: the steps of many batches are the rounds of a loop within one graph. */
export async function startOnnxRuntime(start: EngineStart): Promise<NetworkEngine> {
  // ONNX Runtime reads this when its library is loaded, and reports home without it.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  const runtime = await import('onnxruntime-node');
  const training = await runtime.InferenceSession.create(trainingGraph(start.shape, start.settings), options);
  const scoring = await runtime.InferenceSession.create(scoringGraph(start.shape), options);
  return new OnnxRuntimeEngine(runtime, training, scoring, start);
}

class OnnxRuntimeEngine implements NetworkEngine {
  readonly #runtime: Runtime;
  readonly #training: InferenceSession;
  readonly #scoring: InferenceSession;
  readonly #shape: NetworkShape;
  readonly #rows: Record<string, Tensor>;
  #weights: NetworkWeights;

  constructor(runtime: Runtime, training: InferenceSession, scoring: InferenceSession, start: EngineStart) {
    this.#runtime = runtime;
    this.#training = training;
    this.#scoring = scoring;
    this.#shape = start.shape;
    this.#rows = this.#rowTensors(start.rows);
    this.#weights = start.weights;
  }

  async train({ size, order, steps, masks }: BatchRun): Promise<Float32Array> {
    const { Tensor } = this.#runtime;
    const count = steps.length;
    const { weights, firstMoments, secondMoments, statistics } = this.#weights;
    const flat = (values: Float32Array) => new Tensor('float32', values, [values.length]);
    const results = await this.#training.run({
      ...this.#rows,
      weights: flat(weights),
      first_moments: flat(firstMoments),
      second_moments: flat(secondMoments),
      ...(statistics.length > 0 && { statistics: flat(statistics) }),
      order: new Tensor('int32', order, [count, size]),
      rates: flat(Float32Array.from(steps, (step) => adamFactors(step).rate)),
      corrections: flat(Float32Array.from(steps, (step) => adamFactors(step).correction)),
      ...Object.fromEntries(
        masks.map((mask, layer) => [
          `mask_${layer}`,
          new Tensor('bool', mask, [count, size, this.#shape.hidden[layer] as number]),
        ]),
      ),
    });
    const numbers = (name: string) => (results[name] as TypedTensor<'float32'>).data;
    this.#weights = {
      weights: numbers('new_weights'),
      firstMoments: numbers('new_first_moments'),
      secondMoments: numbers('new_second_moments'),
      statistics: statistics.length > 0 ? numbers('new_statistics') : statistics,
    };
    return numbers('losses');
  }

  async scores(inputs: NetworkInputs): Promise<Float32Array> {
    const { Tensor } = this.#runtime;
    const { weights, statistics } = this.#weights;
    const results = await this.#scoring.run({
      weights: new Tensor('float32', weights, [weights.length]),
      ...(statistics.length > 0 && { statistics: new Tensor('float32', statistics, [statistics.length]) }),
      ...this.#inputTensors(inputs),
    });
    return (results.scores as TypedTensor<'float32'>).data;
  }

  weights(): NetworkWeights {
    return copyWeights(this.#weights);
  }

  async release(): Promise<void> {
    await this.#training.release();
    await this.#scoring.release();
  }

  #inputTensors({ rows, dense, codes }: NetworkInputs): Record<string, Tensor> {
    const { Tensor } = this.#runtime;
    const { denseWidth, blockLevels } = this.#shape;
    return {
      ...(denseWidth > 0 && { dense: new Tensor('float32', dense, [rows, denseWidth]) }),
      ...(blockLevels.length > 0 && { codes: new Tensor('int32', codes, [rows, blockLevels.length]) }),
    };
  }

  #rowTensors(rows: NetworkRows): Record<string, Tensor> {
    const { Tensor } = this.#runtime;
    return {
      ...this.#inputTensors(rows),
      target: new Tensor('float32', rows.target, [rows.rows]),
      ...(rows.weights && { row_weights: new Tensor('float32', rows.weights, [rows.rows]) }),
    };
  }
}
