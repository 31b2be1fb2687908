import type { ImportOptions } from '../../../engine/contract/import-options.ts';

/** Options with some of them chosen; undefined leaves one to be found again. */
export function changedOptions(options: ImportOptions, change: Partial<ImportOptions>): ImportOptions {
  return Object.fromEntries(Object.entries({ ...options, ...change }).filter(([, value]) => value !== undefined));
}

/** The change that chooses the type of a column; undefined leaves it to be found again. */
export function typedOptions(
  { types = {} }: ImportOptions,
  column: string,
  type: string | undefined,
): Partial<ImportOptions> {
  const others = Object.entries(types).filter(([name]) => name !== column);
  const chosen = Object.fromEntries(type === undefined ? others : [...others, [column, type]]);
  return { types: Object.keys(chosen).length === 0 ? undefined : chosen } as Partial<ImportOptions>;
}

/** Options of a file of text: what may mend one that cannot be read yet. */
export const textOptions: readonly string[] = [
  'delimiter',
  'quote',
  'encoding',
  'header',
  'skipLines',
  'decimal',
  'thousands',
  'dates',
  'missing',
  'ragged',
  'types',
];

/** What is wrong with a file that other options may mend. */
export const mendable =
  /^data\.(ragged_rows|invalid_encoding|unterminated_quote|malformed_quote|type_misfit|invalid_options|binary_or_nul|no_rows)$/;
