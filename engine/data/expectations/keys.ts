import type { Expectation } from '../../contract/data-expectations.ts';

/** The columns that an expectation is about, none for those of whole tables and for rules. */
export function columnsOf(expectation: Expectation): string[] {
  if ('columns' in expectation) return expectation.columns;
  return 'column' in expectation ? [expectation.column] : [];
}

/** Names an expectation by its kind and subject, so that it is the same one when its bounds have changed. */
function keyOf(expectation: Expectation): string {
  switch (expectation.kind) {
    case 'columns':
    case 'rows':
    case 'growth':
      return expectation.kind;
    case 'rule':
      return `rule:${expectation.sql}`;
    case 'quantile':
      return `quantile:${expectation.column}:${expectation.level}`;
    default:
      return `${expectation.kind}:${columnsOf(expectation).join(',')}`;
  }
}

/** Each expectation with its key; a second one of the same kind and subject gets `#2`. */
export function keyed(expectations: readonly Expectation[]): { key: string; expectation: Expectation }[] {
  const counts = new Map<string, number>();
  return expectations.map((expectation) => {
    const key = keyOf(expectation);
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return { key: count === 1 ? key : `${key}#${count}`, expectation };
  });
}
