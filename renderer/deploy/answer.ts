/** The answer of a prediction server to one row, as the form shows it. */
export interface TriedAnswer {
  version: number | undefined;
  /** A number, or a class. */
  value: number | string | null;
  probabilities: { name: string; share: number }[];
  flags: { field: string; flag: string }[];
}

/** Reads the open body of `/predict`; undefined where it is not an answer. */
export function readAnswer(body: unknown): TriedAnswer | undefined {
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
