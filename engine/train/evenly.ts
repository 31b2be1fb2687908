/** Positions of at most so many of the rows, evenly taken. */
export function evenly(rows: number, most: number): Int32Array {
  const count = Math.min(rows, most);
  return Int32Array.from({ length: count }, (_, index) => Math.floor((index * rows) / count));
}
