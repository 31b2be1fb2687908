import type { Expectation } from '../../contract/data-expectations.ts';

/** What is wrong with an expectation beyond its schema, and with which member. */
export interface BoundsFault {
  member: string[];
  message: string;
}

const dayOrTime = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?Z?)?$/;

/** True for a day or a time in ISO 8601 that the calendar has. */
export function isTimeText(text: string): boolean {
  if (!dayOrTime.test(text)) return false;
  const day = text.slice(0, 10);
  const time = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
}

function compared(bound: number | string): number {
  return typeof bound === 'number' ? bound : Date.parse(bound.length === 10 ? `${bound}T00:00:00Z` : bound);
}

/** Bounds that no value can keep, texts that are no dates, and lists that do not fit each other. */
export function boundsFault(expectation: Expectation): BoundsFault | undefined {
  if (expectation.kind === 'refers' && expectation.columns.length !== expectation.to.length) {
    return { member: ['to'], message: 'must name as many columns as "columns" does.' };
  }
  if (!('least' in expectation || 'most' in expectation)) return needsBounds(expectation);
  const { least, most } = expectation as { least?: number | string; most?: number | string };
  for (const [member, bound] of Object.entries({ least, most })) {
    if (typeof bound === 'string' && !isTimeText(bound))
      return { member: [member], message: `"${bound}" is neither a number nor a date like 2024-02-29.` };
  }
  if (least !== undefined && most !== undefined) {
    if (typeof least !== typeof most) return { member: ['most'], message: 'must be of the same kind as "least".' };
    if (compared(least) > compared(most)) return { member: ['most'], message: 'must not be below "least".' };
  }
  return undefined;
}

function needsBounds(expectation: Expectation): BoundsFault | undefined {
  const bounded = ['range', 'length', 'rows', 'growth', 'mean', 'quantile'];
  return bounded.includes(expectation.kind)
    ? { member: ['kind'], message: `"${expectation.kind}" needs "least", "most" or both.` }
    : undefined;
}
