import { GraphBuilder } from '../../base/onnx/graph-builder.ts';
import type { TaskKind } from '../../contract/values.ts';
import { type Feature, writeFeatureColumns } from './feature-columns.ts';
import { damagedFile, unsupportedModel } from './file-faults.ts';

/** What makes the answer of scores; each after the library that has it. */
export type Link =
  | { kind: 'identity' | 'exponential' | 'softmax' | 'hinge' | 'signed-square' | 'softplus' }
  /** 1 / (1 + exp(-scale * score)), of each score by itself. */
  | { kind: 'logistic'; scale: number };

export interface Scores {
  task: TaskKind;
  link: Link;
  /** Scores a row: one for each class, and one for two classes. */
  outputs: number;
  /** Double [N, outputs]. */
  value: string;
}

const mostFeatures = 10_000;
export const mostClasses = 1000;

/** @throws GalleyError `package.model_file_unsupported` where there are too many, `…_damaged` where there is none. */
export function requireFeatureCount(count: number, place: string): void {
  if (count < 1) throw damagedFile(place, 'the model has no feature');
  if (count > mostFeatures)
    throw unsupportedModel(`A model of more than ${mostFeatures} features (${place}: ${count})`);
}

/** @throws GalleyError `package.model_file_damaged` for a name that is empty or stands there twice. */
export function requireNames(names: readonly string[], place: string): void {
  if (names.includes('')) throw damagedFile(place, 'a name is empty');
  if (new Set(names).size !== names.length) throw damagedFile(place, 'a name stands there twice');
}

/**
 * An ONNX file of the form that `ConvertedModel` tells.
 * @param writeScores gets the columns as double [N, features].
 */
export function buildAnswerGraph(
  producer: string,
  features: readonly Feature[],
  writeScores: (builder: GraphBuilder, columns: string) => Scores,
): Uint8Array {
  const builder = new GraphBuilder();
  const columns = writeFeatureColumns(builder, features);
  const { task, link, outputs, value } = writeScores(builder, columns);
  const linked = writeLink(builder, link, value);
  if (task === 'regression') {
    builder.output('prediction', builder.cast(linked, 'float'), 'float', ['N', 1]);
  } else {
    const probabilities = task === 'binary' ? withFirstClass(builder, linked) : linked;
    builder.output('probabilities', builder.cast(probabilities, 'float'), 'float', ['N', Math.max(2, outputs)]);
  }
  return builder.build({
    name: 'converted',
    description: `Converted from a model of ${producer}`,
    producer: { name: 'galley', version: '' },
    metadata: {},
  });
}

/** [N, 1] probabilities of the second class as [N, 2]. */
function withFirstClass(builder: GraphBuilder, second: string): string {
  return builder.concat([builder.node('Sub', [builder.doubles([], [1]), second]), second], 1);
}

function writeLink(builder: GraphBuilder, link: Link, scores: string): string {
  const one = () => builder.doubles([], [1]);
  switch (link.kind) {
    case 'identity':
      return scores;
    case 'exponential':
      return builder.node('Exp', [scores]);
    case 'softmax':
      return builder.node('Softmax', [scores], { axis: { integer: 1 } });
    case 'hinge':
      return builder.cast(builder.node('Greater', [scores, builder.doubles([], [0])]), 'double');
    case 'signed-square':
      return builder.node('Mul', [scores, builder.node('Abs', [scores])]);
    case 'softplus':
      return builder.node('Log', [builder.node('Add', [builder.node('Exp', [scores]), one()])]);
    case 'logistic':
      return builder.node('Sigmoid', [builder.node('Mul', [scores, builder.doubles([], [link.scale])])]);
  }
}
