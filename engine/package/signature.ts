import type { FieldSignature, Signature } from '../contract/values.ts';
import type { InputValue } from '../serving/field-rule.ts';
import { type ColumnFeature, columnFeatures, type Model } from '../train/index.ts';
import { typicalValue } from './typical-value.ts';

/**
 * What a model takes and gives, as seen in its training part: a field is nullable where that had missing values, its
 * range and categories are those that occurred.
 * @param examples raw rows in the order of the features; the first value that is not missing becomes the field's
 *   example, and what is usual among them its typical value.
 */
export function signatureOf(model: Model, examples: readonly (readonly InputValue[])[]): Signature {
  const inputs = columnFeatures(model.features).map((feature, position): FieldSignature => {
    const values = examples.map((row) => row[position] ?? null);
    const example = values.find((value) => value !== null);
    const field = fieldOf(feature);
    return { ...field, ...(example === undefined ? {} : { example }), typical: typicalValue(field, values) };
  });
  const { task, target, classes, threshold } = model;
  if (task === 'regression') return { task, target, inputs };
  return { task, target, inputs, classes: [...classes], ...(task === 'binary' ? { threshold } : {}) };
}

/**
 * A signature that lets columns be missing that callers of the version before may leave out, although no training row lacked
 * them this time: every kind of feature answers a missing value, and the gate compares each field missing.
 */
export function keepingNullable(signature: Signature, before: Signature): Signature {
  const optional = new Set(before.inputs.filter(({ nullable }) => nullable).map(({ name }) => name));
  const inputs = signature.inputs.map((field) => (optional.has(field.name) ? { ...field, nullable: true } : field));
  return { ...signature, inputs };
}

function fieldOf(feature: ColumnFeature): FieldSignature {
  const { name } = feature;
  const nullable = feature.missing > 0;
  switch (feature.kind) {
    case 'numeric':
      return {
        name,
        type: feature.type,
        tensor: 'float',
        nullable,
        minimum: feature.minimum,
        maximum: feature.maximum,
      };
    case 'boolean':
      return { name, type: 'boolean', tensor: 'float', nullable };
    case 'category':
      return {
        name,
        type: 'text',
        tensor: 'string',
        nullable,
        categories: feature.levels.filter((level) => level !== ''),
      };
    case 'number-category':
      return {
        name,
        type: feature.type,
        tensor: 'float',
        nullable,
        minimum: feature.levels[0],
        maximum: feature.levels.at(-1),
      };
    case 'ordinal':
      return { name, type: 'text', tensor: 'string', nullable, categories: [...feature.order] };
    case 'text':
      return { name, type: 'text', tensor: 'string', nullable };
    case 'calendar':
      return {
        name,
        type: feature.type,
        tensor: 'string',
        nullable,
        minimum: feature.minimum,
        maximum: feature.maximum,
      };
  }
}
