import type { AdamStep } from './adam.ts';
import type { NetworkWeights } from './initial-weights.ts';
import type { StepSettings } from './network-graph.ts';
import type { NetworkInputs, NetworkRows } from './network-rows.ts';
import type { NetworkShape } from './shape.ts';

/** Batches of one size, to be stepped through in this order. */
export interface BatchRun {
  size: number;
  /** Positions of the training rows: batch after batch. */
  order: Int32Array;
  steps: readonly AdamStep[];
  /** For each hidden layer [batches, size, units], 1 where a unit stays; none without dropout. */
  masks: readonly Uint8Array[];
}

/** Computes the training of one network; holds memory outside of JavaScript until it is released. */
export interface NetworkEngine {
  /** @returns the mean loss of each batch before its step, without the penalty. */
  train(run: BatchRun): Promise<Float32Array>;
  /** Scores rows x outputs as the network answers now. */
  scores(inputs: NetworkInputs): Promise<Float32Array>;
  /** A copy of everything that training changes. */
  weights(): NetworkWeights;
  release(): Promise<void>;
}

/** What an engine needs to begin. */
export interface EngineStart {
  shape: NetworkShape;
  settings: StepSettings;
  rows: NetworkRows;
  weights: NetworkWeights;
}
