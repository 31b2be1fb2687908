import { GalleyError } from '../base/errors.ts';
import type { GraphBuilder } from '../base/onnx/graph-builder.ts';
import type { TargetTransform } from '../contract/train-features.ts';
import type { Target } from './task.ts';

/** The smallest target that has a logarithm lies above this. */
const limits: Record<TargetTransform, number> = { log: 0, log1p: -1 };

/**
 * That a target can be transformed.
 * @param trainingRows whose targets are learnt.
 * @throws GalleyError `train.invalid_transform`
 */
export function requireTransformable(
  transform: TargetTransform | undefined,
  { task, values }: Target,
  trainingRows: Int32Array,
  name: string,
): void {
  if (transform === undefined) return;
  if (task !== 'regression') {
    throw new GalleyError('train.invalid_transform', `"${name}" is a class; only numbers have a logarithm.`, {
      details: { column: name, task },
    });
  }
  const limit = limits[transform];
  const row = trainingRows.find((each) => !((values[each] as number) > limit));
  if (row === undefined) return;
  const message = `Row ${row + 1} has ${values[row]} in "${name}"; ${transform} needs numbers above ${limit}.`;
  throw new GalleyError('train.invalid_transform', message, { details: { column: name, row: row + 1 } });
}

/** What a learner learns instead of the target. */
export function transformTarget(values: Float64Array, transform: TargetTransform | undefined): Float64Array {
  if (transform === undefined) return values;
  return values.map(transform === 'log' ? Math.log : Math.log1p);
}

/** Answers of a learner as values of the target. For `log1p` as exp(x) - 1, which a graph can compute too. */
export function transformBack(answers: Float64Array, transform: TargetTransform | undefined): Float64Array {
  if (transform === undefined) return answers;
  const shift = transform === 'log' ? 0 : 1;
  return answers.map((answer) => Math.exp(answer) - shift);
}

/** The same in a graph, on a double value. */
export function writeTransformBack(
  builder: GraphBuilder,
  answer: string,
  transform: TargetTransform | undefined,
): string {
  if (transform === undefined) return answer;
  const power = builder.node('Exp', [answer]);
  return transform === 'log' ? power : builder.node('Sub', [power, builder.doubles([], [1])]);
}
