import type { SumOfColumns } from '../charts/waterfall.ts';

/** The answer of a prediction server to one row, as the form shows it. */
export interface TriedAnswer {
  version: number | undefined;
  /** A number, or a class. */
  value: number | string | null;
  probabilities: { name: string; share: number }[];
  flags: { field: string; flag: string }[];
  explanation: TriedExplanation | undefined;
}

/** Why it is so: base and contributions add up to the total. */
export interface TriedExplanation extends SumOfColumns {
  /** Whose probability it is, null for a number. */
  class: string | null;
  /** Of the sampled contributions the largest standard error; 0 where they are exact. */
  error: number;
}

/**
 * Reads the open body of `/predict`; undefined where it is not an answer.
 * @param row that was asked for
 */
export function readAnswer(body: unknown, row: Readonly<Record<string, unknown>>): TriedAnswer | undefined {
  const outer = asRecord(body);
  const first = Array.isArray(outer?.predictions) ? asRecord(outer.predictions[0]) : outer;
  if (!outer || !first) return undefined;
  const value = first.label ?? first.prediction ?? null;
  const probabilities = Object.entries(asRecord(first.probabilities) ?? {})
    .filter((entry): entry is [string, number] => typeof entry[1] === 'number')
    .map(([name, share]) => ({ name, share }))
    .sort((a, b) => b.share - a.share);
  return {
    version: typeof outer.version === 'number' ? outer.version : undefined,
    value: typeof value === 'number' || typeof value === 'string' ? value : null,
    probabilities,
    flags: readFlags(first.flags),
    explanation: readExplanation(first.explanation, row),
  };
}

function readExplanation(value: unknown, row: Readonly<Record<string, unknown>>): TriedExplanation | undefined {
  const explanation = asRecord(value);
  if (typeof explanation?.base !== 'number' || !Array.isArray(explanation.contributions)) return undefined;
  const listed = explanation.contributions.map(asRecord);
  const columns = listed.map((one) => ({
    name: String(one?.column),
    value: row[String(one?.column)],
    contribution: Number(one?.contribution),
  }));
  return {
    class: typeof explanation.class === 'string' ? explanation.class : null,
    base: explanation.base,
    columns,
    total: columns.reduce((sum, { contribution }) => sum + contribution, explanation.base),
    error: Math.max(0, ...listed.map((one) => Number(one?.error))),
  };
}

function readFlags(flags: unknown): TriedAnswer['flags'] {
  if (!Array.isArray(flags)) return [];
  return flags.flatMap((entry) => {
    const flag = asRecord(entry);
    return typeof flag?.field === 'string' && typeof flag.flag === 'string'
      ? [{ field: flag.field, flag: flag.flag }]
      : [];
  });
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
