import type { Scalar } from '../../engine/contract/retrain-pipeline.ts';

/** A parameter of a pipeline as a form asks for it. */
export interface ParameterField {
  name: string;
  /** What the file says. */
  usual: Scalar;
  /** As it was typed; of a flag `true` or `false`. */
  text: string;
  problem: string | undefined;
}

export function parameterFields(
  usual: Readonly<Record<string, Scalar>>,
  typed: Readonly<Record<string, string>>,
): ParameterField[] {
  return Object.entries(usual).map(([name, value]) => {
    const text = typed[name] ?? String(value);
    return { name, usual: value, text, problem: problemOf(value, text) };
  });
}

function problemOf(usual: Scalar, text: string): string | undefined {
  if (typeof usual === 'number' && (text.trim() === '' || !Number.isFinite(Number(text)))) return 'A number.';
  return undefined;
}

/** The values that are not those of the file, each of the type that it has there; undefined where all are. */
export function givenParameters(fields: readonly ParameterField[]): Record<string, Scalar> | undefined {
  const given = fields
    .map(({ name, usual, text }) => ({ name, usual, value: typedValue(usual, text) }))
    .filter(({ usual, value }) => value !== usual);
  return given.length === 0 ? undefined : Object.fromEntries(given.map(({ name, value }) => [name, value]));
}

function typedValue(usual: Scalar, text: string): Scalar {
  if (typeof usual === 'number') return Number(text);
  if (typeof usual === 'boolean') return text === 'true';
  return text;
}
