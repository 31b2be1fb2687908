import type { FieldSignature } from '../contract/values.ts';
import type { InputValue } from '../serving/field-rule.ts';

/**
 * The value that stands for "nothing special" in a column, with which a single answer is compared to explain it: missing where more
 * than half of the values are, else the lower median of what has an order, the most frequent of what has none, and the empty
 * text of free text, which would otherwise tell what somebody wrote.
 * @param values of some rows; null is missing
 */
export function typicalValue(field: FieldSignature, values: readonly InputValue[]): InputValue {
  const present = values.filter((value) => value !== null);
  if (present.length * 2 < values.length && field.nullable) return null;
  if (field.type === 'text' && field.categories === undefined) return '';
  const isOrdered = field.type !== 'text' && field.type !== 'boolean';
  return (isOrdered ? lowerMedian(present) : mostFrequent(present)) ?? null;
}

function lowerMedian(values: readonly InputValue[]): InputValue | undefined {
  const sorted = values.toSorted((one, other) => ((one as number) < (other as number) ? -1 : 1));
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

/** The first of those that stand as often. */
function mostFrequent(values: readonly InputValue[]): InputValue | undefined {
  const counts = new Map<InputValue, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return [...counts].find(([, count]) => count === most)?.[0];
}
