import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { type AdamStep, adam, adamFactors } from './adam.ts';
import type { BatchRun, EngineStart, NetworkEngine } from './engine.ts';
import { normEpsilon, normMomentum } from './graph-layers.ts';
import { copyWeights, type NetworkWeights } from './initial-weights.ts';
import type { NetworkInputs } from './network-rows.ts';
import { type Segment, segmentsOf, tableRows } from './shape.ts';

type Tensorflow = typeof import('@tensorflow/tfjs-core');

/**
 * Trains by TensorFlow.js on its processor backend, which derives the gradients itself: slower than ONNX Runtime, and
 * what it is held against. Uses nothing that draws at random.
 */
export async function startTensorflow(start: EngineStart): Promise<NetworkEngine> {
  const tf = await import('@tensorflow/tfjs-core');
  await import('@tensorflow/tfjs-backend-cpu');
  // Of the packages that Node can load, this is the one that brings the gradients of the core's operations.
  await import('@tensorflow/tfjs-layers');
  // Else it advises on the console to install another backend.
  tf.enableProdMode();
  await tf.setBackend('cpu');
  return new TensorflowEngine(tf, start);
}

/** A batch, or rows to score. */
interface Batch {
  dense?: Tensor2D;
  /** [B, rows of the table of codes], a 1 for each code. */
  marks?: Tensor2D;
}

class TensorflowEngine implements NetworkEngine {
  readonly #tf: Tensorflow;
  readonly #start: EngineStart;
  readonly #segments: Segment[];
  #weights: NetworkWeights;

  constructor(tf: Tensorflow, start: EngineStart) {
    this.#tf = tf;
    this.#start = start;
    this.#segments = segmentsOf(start.shape);
    this.#weights = start.weights;
  }

  async train({ size, order, steps, masks }: BatchRun): Promise<Float32Array> {
    const losses = new Float32Array(steps.length);
    steps.forEach((step, index) => {
      const rows = order.subarray(index * size, (index + 1) * size);
      const kept = masks.map((mask) => mask.subarray((index * mask.length) / steps.length));
      losses[index] = this.#tf.tidy(() => this.#step(rows, kept, step));
    });
    return losses;
  }

  async scores(inputs: NetworkInputs): Promise<Float32Array> {
    const places = Int32Array.from({ length: inputs.rows }, (_, row) => row);
    return this.#tf.tidy(() => {
      const statistics = this.#statisticTensors();
      const norm = (layer: number) => statistics.slice(2 * layer, 2 * layer + 2) as [Tensor, Tensor];
      const tensors = this.#tensorsOf(this.#weights.weights);
      return this.#forward(tensors, this.#batch(inputs, places), norm, []).dataSync<'float32'>();
    });
  }

  weights(): NetworkWeights {
    return copyWeights(this.#weights);
  }

  async release(): Promise<void> {}

  /** @returns the batch's loss before the step. */
  #step(rows: Int32Array, masks: readonly Uint8Array[], step: AdamStep): number {
    const tf = this.#tf;
    const { l2, gradientClip } = this.#start.settings;
    const batch = this.#batch(this.#start.rows, rows);
    const batchStatistics: Tensor[] = [];
    const normByBatch = (_layer: number, value: Tensor): [Tensor, Tensor] => {
      const { mean, variance } = tf.moments(value, 0);
      batchStatistics.push(tf.keep(mean.clone()), tf.keep(variance.clone()));
      return [mean, variance];
    };
    let loss = 0;
    const gradientsOf = tf.grads((...tensors: Tensor[]) => {
      const scores = this.#forward(tensors, batch, normByBatch, masks);
      const mean = this.#meanLoss(scores as Tensor2D, rows);
      loss = mean.dataSync()[0] as number;
      const penalised = tensors.filter((_, index) => isPenalised(this.#segments[index] as Segment));
      const penalties = l2 === 0 ? [] : penalised.map((tensor) => tf.mul(tf.sum(tf.square(tensor)), l2 / 2));
      return penalties.reduce((sum: Tensor, penalty) => tf.add(sum, penalty), mean);
    });
    const gradients = gradientsOf(this.#tensorsOf(this.#weights.weights)).map((one) => tf.reshape(one, [-1]));
    const gradient = tf.concat1d(gradients as Tensor1D[]);
    this.#adam(gradientClip > 0 ? this.#clipped(gradient, gradientClip) : gradient, step);
    if (batchStatistics.length > 0) {
      const fresh = tf.concat1d(batchStatistics as Tensor1D[]).dataSync<'float32'>();
      for (const one of batchStatistics) one.dispose();
      const blended = this.#weights.statistics.map(
        (old, index) => normMomentum * old + (1 - normMomentum) * (fresh[index] as number),
      );
      this.#weights = { ...this.#weights, statistics: blended };
    }
    return loss;
  }

  #adam(gradient: Tensor, step: AdamStep): void {
    const tf = this.#tf;
    const { weights, firstMoments, secondMoments } = this.#weights;
    const { rate, correction } = adamFactors(step);
    const blend = (old: Float32Array, decay: number, fresh: Tensor) =>
      tf.add(tf.mul(tf.tensor1d(old), decay), tf.mul(fresh, 1 - decay));
    const first = blend(firstMoments, adam.firstDecay, gradient);
    const second = blend(secondMoments, adam.secondDecay, tf.square(gradient));
    const divisor = tf.add(tf.mul(tf.sqrt(second), correction), adam.epsilon);
    const next = tf.sub(tf.tensor1d(weights), tf.div(tf.mul(first, rate), divisor));
    this.#weights = {
      ...this.#weights,
      weights: next.dataSync<'float32'>(),
      firstMoments: first.dataSync<'float32'>(),
      secondMoments: second.dataSync<'float32'>(),
    };
  }

  #clipped(gradient: Tensor, limit: number): Tensor {
    const tf = this.#tf;
    return tf.div(gradient, tf.maximum(tf.div(tf.norm(gradient), limit), 1));
  }

  /** @returns scores [B, outputs]. @param norm mean and variance for a layer's values. */
  #forward(
    tensors: readonly Tensor[],
    batch: Batch,
    norm: (layer: number, value: Tensor) => [Tensor, Tensor],
    masks: readonly Uint8Array[],
  ): Tensor {
    const tf = this.#tf;
    const { shape, settings } = this.#start;
    const of = (kind: Segment['kind'], layer: number) =>
      tensors[this.#segments.findIndex((segment) => segment.kind === kind && segment.layer === layer)];
    let value: Tensor | undefined = batch.dense;
    const weighed = (layer: number) => {
      const kernel = of('kernel', layer);
      const table = of('table', layer);
      const bias = of('bias', layer);
      const terms = [
        ...(kernel ? [tf.matMul(value as Tensor, kernel)] : []),
        ...(table ? [tf.matMul(batch.marks as Tensor, table)] : []),
      ];
      return [...terms, ...(bias ? [bias] : [])].reduce((sum, term) => tf.add(sum, term));
    };
    shape.hidden.forEach((units, layer) => {
      let next = weighed(layer);
      if (shape.batchNorm) {
        const [mean, variance] = norm(layer, next);
        const normal = tf.div(tf.sub(next, mean), tf.sqrt(tf.add(variance, normEpsilon)));
        next = tf.add(tf.mul(normal, of('scale', layer) as Tensor), of('shift', layer) as Tensor);
      }
      next = this.#activated(next);
      const mask = masks[layer];
      if (mask !== undefined) {
        const rows = next.shape[0] as number;
        const factors = Float32Array.from(mask.subarray(0, rows * units), (kept) => kept / (1 - settings.dropout));
        next = tf.mul(next, tf.tensor2d(factors, [rows, units]));
      }
      value = next;
    });
    return weighed(shape.hidden.length);
  }

  #activated(value: Tensor): Tensor {
    const tf = this.#tf;
    const { activation } = this.#start.shape;
    if (activation === 'silu') return tf.mul(value, tf.sigmoid(value));
    return activation === 'relu' ? tf.relu(value) : tf.tanh(value);
  }

  #meanLoss(scores: Tensor2D, places: Int32Array): Tensor {
    const tf = this.#tf;
    const { rows, settings, shape } = this.#start;
    const truth = Float32Array.from(places, (row) => rows.target[row] as number);
    const losses = () => {
      if (settings.loss === 'multiclass') {
        const marks = tf.oneHot(tf.tensor1d(truth, 'int32'), shape.outputs);
        return tf.neg(tf.sum(tf.mul(marks, tf.logSoftmax(scores)), 1));
      }
      const score = tf.reshape(scores, [-1]);
      const target = tf.tensor1d(truth);
      if (settings.loss === 'squared') return tf.div(tf.squaredDifference(score, target), 2);
      return tf.sub(tf.softplus(score), tf.mul(score, target));
    };
    if (rows.weights === undefined) return tf.mean(losses());
    const weights = Float32Array.from(places, (row) => (rows.weights as Float32Array)[row] as number);
    return tf.mean(tf.mul(losses(), tf.tensor1d(weights)));
  }

  #batch({ dense, codes }: NetworkInputs, places: Int32Array): Batch {
    const { denseWidth, blockLevels } = this.#start.shape;
    const blocks = blockLevels.length;
    const width = tableRows(this.#start.shape);
    const batch: Batch = {};
    if (denseWidth > 0) {
      const values = new Float32Array(places.length * denseWidth);
      places.forEach((row, place) => {
        values.set(dense.subarray(row * denseWidth, (row + 1) * denseWidth), place * denseWidth);
      });
      batch.dense = this.#tf.tensor2d(values, [places.length, denseWidth]);
    }
    if (blocks > 0) {
      const marks = new Float32Array(places.length * width);
      places.forEach((row, place) => {
        for (let block = 0; block < blocks; block++) marks[place * width + (codes[row * blocks + block] as number)] = 1;
      });
      batch.marks = this.#tf.tensor2d(marks, [places.length, width]);
    }
    return batch;
  }

  #tensorsOf(flat: Float32Array): Tensor[] {
    return this.#segments.map(({ offset, size, shape }) =>
      this.#tf.tensor(flat.slice(offset, offset + size), [...shape], 'float32'),
    );
  }

  #statisticTensors(): Tensor[] {
    const { statistics } = this.#weights;
    let offset = 0;
    const { batchNorm, hidden } = this.#start.shape;
    if (!batchNorm) return [];
    return hidden
      .flatMap((units) => [units, units])
      .map((units) => {
        offset += units;
        return this.#tf.tensor1d(statistics.slice(offset - units, offset));
      });
  }
}

function isPenalised({ kind }: Segment): boolean {
  return kind === 'kernel' || kind === 'table';
}
