/**
 * The name that a typist may have meant: the one with the smallest edit distance, letter case aside,
 * where that is at most a third of its length, and 1 for short names.
 */
export function nearestName(wanted: string, names: readonly string[]): string | undefined {
  const folded = wanted.toLowerCase();
  let best: { name: string; distance: number } | undefined;
  for (const name of names) {
    const distance = editDistance(folded, name.toLowerCase());
    if (distance <= Math.max(1, name.length / 3) && distance < (best?.distance ?? Number.POSITIVE_INFINITY)) {
      best = { name, distance };
    }
  }
  return best?.name;
}

const listedNames = 20;

/** What to say to someone who named what is not there: the name that was meant, else the names there are. */
export function suggestName(wanted: string, names: readonly string[]): string {
  const nearest = nearestName(wanted, names);
  if (nearest !== undefined) return `Did you mean "${nearest}"?`;
  if (names.length === 0) return 'There is none yet.';
  const others = names.length - listedNames;
  return `There ${names.length === 1 ? 'is' : 'are'} ${names.slice(0, listedNames).join(', ')}${others > 0 ? ` and ${others} more` : ''}.`;
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment, Damerau 1964). */
function editDistance(left: string, right: string): number {
  const rows = [Array.from({ length: right.length + 1 }, (_, index) => index)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    rows.push(current);
    for (let column = 1; column <= right.length; column++) {
      const replaced = at(row - 1, column - 1) + (left[row - 1] === right[column - 1] ? 0 : 1);
      const isSwap = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      const swapped = isSwap ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY;
      current.push(Math.min(replaced, swapped, at(row - 1, column) + 1, at(row, column - 1) + 1));
    }
  }
  return at(left.length, right.length);
}
