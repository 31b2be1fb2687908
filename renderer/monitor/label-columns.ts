/** The column that most likely holds the row ids. */
export function guessIdColumn(columns: readonly string[]): string | undefined {
  return columns.find((name) => /^(row_?)?id$/i.test(name)) ?? columns.find((name) => /id$/i.test(name)) ?? columns[0];
}

/** The column that most likely holds the labels: never the one of the ids. */
export function guessLabelColumn(columns: readonly string[], id: string | undefined): string | undefined {
  const rest = columns.filter((name) => name !== id);
  return rest.find((name) => /label|actual|target|outcome|truth/i.test(name)) ?? rest.at(-1);
}
