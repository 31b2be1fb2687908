import Type from 'typebox';
import type { LearningTask, Parameters } from '../learner.ts';
import { type Schedule, schedules } from './schedule.ts';
import { type Activation, activations } from './shape.ts';

export const engines = ['onnxruntime', 'tfjs'] as const;
export type EngineName = (typeof engines)[number];

export const networkParameters = Type.Object({
  hidden: Type.Union(
    [
      Type.String({
        pattern: '^(auto|[1-9][0-9]{0,3}(-[1-9][0-9]{0,3}){0,7})$',
        description: 'auto or units of up to 8 layers, as 128-64',
      }),
      Type.Integer({ minimum: 1, maximum: 9999, description: 'those of one layer' }),
    ],
    { default: 'auto', description: 'Units of the hidden layers, as 128-64; auto goes by the number of rows.' },
  ),
  activation: Type.Enum([...activations], { default: 'silu', description: 'What bends the values of a hidden layer.' }),
  batch_norm: Type.Boolean({ default: false, description: 'Normalise the values of each hidden layer by batch.' }),
  dropout: Type.Number({
    default: 0,
    minimum: 0,
    maximum: 0.9,
    description: 'Share of hidden units that are left out at random in each step.',
  }),
  l2: Type.Number({
    default: 1,
    minimum: 0,
    description: 'Strength of the L2 penalty on the weights, which weighs less the more rows there are.',
  }),
  learning_rate: Type.Number({
    default: 0.002,
    exclusiveMinimum: 0,
    description: 'How far a step goes, where the schedule begins.',
  }),
  schedule: Type.Enum([...schedules], {
    default: 'cosine',
    description: 'How the learning rate falls: along a cosine, not at all, by steps, or when the loss stops falling.',
  }),
  batch_size: Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 65_536,
    description: 'Rows a step; 0 goes by the number of rows.',
  }),
  epochs: Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 10_000,
    description: 'Passes over the rows at most; 0 goes by the number of rows.',
  }),
  early_stopping: Type.Enum(['auto', 'on', 'off'], {
    default: 'auto',
    description:
      'Keeps rows of the training part aside, stops when their loss no longer falls, and takes the best epoch; auto does so from 200 training rows on.',
  }),
  patience: Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 10_000,
    description: 'Epochs without a better one after which training stops early; 0 is a quarter of all, 8 at least.',
  }),
  validation_share: Type.Number({
    default: 0.1,
    exclusiveMinimum: 0,
    maximum: 0.5,
    description: 'Share of the training part that early stopping keeps aside.',
  }),
  gradient_clip: Type.Number({
    default: 0,
    minimum: 0,
    description: 'Longer gradients are shortened to this length; 0 leaves them as they are.',
  }),
  engine: Type.Enum([...engines], {
    default: 'onnxruntime',
    description: 'What computes the training: ONNX Runtime, or TensorFlow.js, which is slower.',
  }),
});

/** The parameters with what goes by the rows decided. */
export interface NetworkSettings {
  hidden: number[];
  activation: Activation;
  batchNorm: boolean;
  dropout: number;
  l2: number;
  learningRate: number;
  schedule: Schedule;
  batchSize: number;
  epochs: number;
  patience: number;
  gradientClip: number;
  engine: EngineName;
}

/** @param parameters complete. */
export function networkSettings(parameters: Parameters, { features: { rows } }: LearningTask): NetworkSettings {
  const batchSize = (parameters.batch_size as number) || batchSizeFor(rows);
  const epochs = (parameters.epochs as number) || epochsFor(rows, batchSize);
  return {
    hidden: parameters.hidden === 'auto' ? hiddenFor(rows) : String(parameters.hidden).split('-').map(Number),
    activation: parameters.activation as Activation,
    batchNorm: parameters.batch_norm as boolean,
    dropout: parameters.dropout as number,
    l2: parameters.l2 as number,
    learningRate: parameters.learning_rate as number,
    schedule: parameters.schedule as Schedule,
    batchSize,
    epochs,
    patience: (parameters.patience as number) || Math.max(8, Math.ceil(epochs / 4)),
    gradientClip: parameters.gradient_clip as number,
    engine: parameters.engine as EngineName,
  };
}

function hiddenFor(rows: number): number[] {
  return rows < 10_000 ? [64, 32] : [128, 64];
}

/** Some 30 steps an epoch, within 16 and 256 rows. */
function batchSizeFor(rows: number): number {
  return Math.min(256, Math.max(16, 2 ** Math.round(Math.log2(rows / 30))));
}

/** Some 6,000 steps, within 20 and 100 epochs. */
function epochsFor(rows: number, batchSize: number): number {
  return Math.min(100, Math.max(20, Math.round((6000 * batchSize) / rows)));
}

/** Of fewer training rows those kept aside say too little of when to stop. */
const automaticStoppingRows = 200;

export function validationShare(parameters: Parameters, trainingRows: number): number {
  const { early_stopping: mode, validation_share: share } = parameters;
  return mode === 'on' || (mode === 'auto' && trainingRows >= automaticStoppingRows) ? (share as number) : 0;
}
