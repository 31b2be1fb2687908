import { canonicalJson, type Json } from '../base/canonical-json.ts';
import { GraphBuilder } from '../base/onnx/graph-builder.ts';
import type { Signature } from '../contract/values.ts';
import {
  type AdoptedModel,
  type GraphFeatures,
  isAdopted,
  isBlend,
  layoutOf,
  layoutsOf,
  type Model,
  type TrainedModel,
  writeFeatures,
  writeTransformBack,
} from '../train/index.ts';
import { wrapForeign } from './adopted/wrap-foreign.ts';

/** Where a model comes from; stands in the file's metadata. Nothing of when or where, so that bytes can be compared. */
export interface GraphOrigin {
  galleyVersion: string;
  recipeHash: string;
  datasetIdentity: string;
}

/**
 * The whole model as the bytes of one ONNX file: raw columns in, by name (float or string [N, 1]), and out `prediction`
 * float [N, 1], or `probabilities` float [N, classes] and `label` string [N]. At least one row must be asked for.
 * Computes in float64, as the trainer; `label` compares the probability as it is given out.
 */
export function buildGraph(model: Model, signature: Signature, origin: GraphOrigin): Uint8Array {
  if (isAdopted(model)) return wrapForeign(model, signature, origin);
  const builder = new GraphBuilder();
  const answer = builder.cast(writeTransformBack(builder, writeAnswer(builder, model), model.targetTransform), 'float');
  if (model.task === 'regression') {
    builder.output('prediction', answer, 'float', ['N', 1]);
  } else {
    const index =
      model.task === 'binary' ? writeThreshold(builder, answer, model.threshold) : writeLargest(builder, answer);
    const classes = builder.texts([model.classes.length], model.classes);
    builder.output('label', builder.gather(classes, index, 0), 'string', ['N']);
    builder.output('probabilities', answer, 'float', ['N', model.classes.length]);
  }
  return builder.build({
    name: 'galley',
    description: `${model.learner} for ${model.target}`,
    producer: { name: 'galley', version: origin.galleyVersion },
    metadata: {
      'galley.dataset': origin.datasetIdentity,
      'galley.recipe': origin.recipeHash,
      'galley.signature': canonicalJson(signature as unknown as Json),
    },
  });
}

/** What the learners say, double [N, classes] or [N, 1]. The raw columns are inputs once, however many layouts are made of them. */
function writeAnswer(builder: GraphBuilder, model: Exclude<Model, AdoptedModel>): string {
  const layouts = layoutsOf(model).map((layout) => [layout, writeFeatures(builder, model.features, layout)] as const);
  const features = new Map(layouts);
  const write = ({ learner, fitted }: TrainedModel) => {
    return fitted.writeGraph(builder, features.get(layoutOf(learner)) as GraphFeatures);
  };
  if (!isBlend(model)) return write(model);
  const weighted = model.members.map(({ weight, model: member }) => {
    return builder.node('Mul', [write(member), builder.doubles([], [weight])]);
  });
  return weighted.reduce((sum, answer) => builder.node('Add', [sum, answer]));
}

/** [N, 2] float probabilities to [N] class indexes: 1 where the second reaches the threshold. */
function writeThreshold(builder: GraphBuilder, probabilities: string, threshold: number): string {
  const second = builder.cast(builder.gather(probabilities, builder.integers([], [1]), 1), 'double');
  return builder.cast(builder.node('GreaterOrEqual', [second, builder.doubles([], [threshold])]), 'int64');
}

/** [N, classes] probabilities to [N] indexes of the first of the largest. */
function writeLargest(builder: GraphBuilder, probabilities: string): string {
  return builder.node('ArgMax', [probabilities], { axis: { integer: 1 }, keepdims: { integer: 0 } });
}
