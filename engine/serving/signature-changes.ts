import type { ColumnType, FieldSignature, Signature } from '../contract/values.ts';

/** Types whose every value a column of another type takes as well. */
const widerTypes: Partial<Record<ColumnType, readonly ColumnType[]>> = {
  int64: ['float64', 'decimal'],
  float64: ['decimal'],
  decimal: ['float64'],
  date: ['text'],
  timestamp: ['text'],
};

/**
 * Why callers of a version could be refused, or answered otherwise, by the next one: columns that it needs or takes no
 * more, types that take less, answers of another kind. Empty where every request that fitted still fits.
 */
export function breakingChanges(before: Signature, after: Signature): string[] {
  const earlier = new Map(before.inputs.map((field) => [field.name, field]));
  const names = new Set(after.inputs.map(({ name }) => name));
  return [
    ...after.inputs.flatMap((field) => fieldChanges(earlier.get(field.name), field)),
    ...before.inputs.filter(({ name }) => !names.has(name)).map(({ name }) => `it takes no column ${name} any more`),
    ...answerChanges(before, after),
  ];
}

function fieldChanges(before: FieldSignature | undefined, after: FieldSignature): string[] {
  const { name, type, nullable } = after;
  if (!before) return nullable ? [] : [`it needs the new column ${name}`];
  const isNarrower = type !== before.type && !widerTypes[before.type]?.includes(type);
  return [
    ...(isNarrower ? [`${name} must be ${type}, not ${before.type}`] : []),
    ...(before.nullable && !nullable ? [`${name} may not be missing any more`] : []),
  ];
}

function answerChanges(before: Signature, after: Signature): string[] {
  if (before.target !== after.target) return [`it predicts ${after.target}, not ${before.target}`];
  if ((before.task === 'regression') !== (after.task === 'regression'))
    return [`it is a ${after.task}, not a ${before.task}`];
  const [earlier, later] = [before.classes ?? [], after.classes ?? []];
  const isSame = earlier.length === later.length && earlier.every((name, position) => later[position] === name);
  return isSame ? [] : [`its classes are ${later.join(', ')}, not ${earlier.join(', ')}`];
}
