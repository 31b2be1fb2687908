import type { GraphBuilder } from '../../base/onnx/graph-builder.ts';
import { damagedFile, unsupportedModel } from './file-faults.ts';

/** What a category's code stands for: code 0 for the first. */
export type CategoryValue = string | number | boolean;

/** A column of a model. */
export interface Feature {
  name: string;
  /** In the order of their codes; null of a number, or where the file does not tell them: then it takes codes. */
  categories: readonly CategoryValue[] | null;
}

/** Whether a model takes an input a column, since text does not go into a matrix. */
export function takesColumns(features: readonly Feature[]): boolean {
  return features.some(({ categories }) => categories !== null);
}

/**
 * Adds the inputs of a model: one matrix `input`, or one a column. A category that the model does not know is missing.
 * @returns double [N, features].
 */
export function writeFeatureColumns(builder: GraphBuilder, features: readonly Feature[]): string {
  if (!takesColumns(features)) return builder.cast(builder.input('input', 'float', ['N', features.length]), 'double');
  const columns = features.map(({ name, categories }) => {
    if (categories === null) return builder.input(name, 'float', ['N', 1]);
    return writeCodes(builder, name, categories);
  });
  return builder.cast(builder.concat(columns, 1), 'double');
}

function writeCodes(builder: GraphBuilder, name: string, categories: readonly CategoryValue[]): string {
  const isText = categories.some((category) => typeof category === 'string');
  const texts = categories.map(String);
  const numbers = categories.map((category) => Math.fround(Number(category)));
  if (new Set(texts).size !== texts.length)
    throw damagedFile('its categories', `a category of ${JSON.stringify(name)} stands there twice`);
  if (!isText && new Set(numbers).size !== numbers.length)
    throw unsupportedModel(`Categories of ${JSON.stringify(name)} that are the same number in float32`);
  return builder.node(
    'LabelEncoder',
    [builder.input(name, isText ? 'string' : 'float', ['N', 1])],
    {
      ...(isText ? { keys_strings: { texts } } : { keys_floats: { floats: numbers } }),
      values_floats: { floats: categories.map((_, code) => code) },
      default_float: { float: Number.NaN },
    },
    { domain: 'ai.onnx.ml' },
  );
}
