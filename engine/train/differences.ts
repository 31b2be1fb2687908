/** A place where values differ: `recipe.parameters.C`. */
export interface Difference {
  path: string;
  /** One for each that was compared; null where it has nothing there. */
  values: unknown[];
}

/** Where JSON values differ, down to the innermost place; lists are compared as a whole. */
export function differencesOf(values: readonly unknown[], path = ''): Difference[] {
  if (values.every(isRecord)) {
    const keys = [...new Set(values.flatMap((value) => Object.keys(value)))].sort();
    return keys.flatMap((key) =>
      differencesOf(
        values.map((value) => value[key] ?? null),
        path === '' ? key : `${path}.${key}`,
      ),
    );
  }
  const texts = new Set(values.map((value) => JSON.stringify(value)));
  return texts.size > 1 ? [{ path, values: [...values] }] : [];
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
