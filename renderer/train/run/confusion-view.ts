/** A confusion matrix that can be read: the most frequent classes, and all others together as one. */
export interface ConfusionView {
  classes: string[];
  /** Rows by true class, then by said class. */
  matrix: number[][];
}

export interface Mistake {
  real: string;
  said: string;
  rows: number;
  /** Of the rows of the real class. */
  share: number;
}

export function confusionView(
  classes: readonly string[],
  matrix: readonly (readonly number[])[],
  most = 10,
): ConfusionView {
  const all = matrix.map((row) => [...row]);
  if (classes.length <= most + 1) return { classes: [...classes], matrix: all };
  const totals = matrix.map((row) => row.reduce((sum, count) => sum + count, 0));
  const kept = new Set(
    totals
      .map((total, index) => ({ total, index }))
      .sort((a, b) => b.total - a.total)
      .slice(0, most)
      .map(({ index }) => index),
  );
  const places = [...kept].sort((a, b) => a - b);
  const placeOf = classes.map((_, index) => (kept.has(index) ? places.indexOf(index) : most));
  const view = Array.from({ length: most + 1 }, () => new Array<number>(most + 1).fill(0));
  for (const [real, row] of matrix.entries()) {
    for (const [said, count] of row.entries()) {
      const line = view[placeOf[real] ?? most] as number[];
      const place = placeOf[said] ?? most;
      line[place] = (line[place] ?? 0) + count;
    }
  }
  const names = places.map((index) => classes[index] ?? '');
  return { classes: [...names, `${classes.length - most} others`], matrix: view };
}

/** The most frequent mistakes: which class was taken for which. */
export function mistakes(classes: readonly string[], matrix: readonly (readonly number[])[], most = 8): Mistake[] {
  const found: Mistake[] = [];
  for (const [real, row] of matrix.entries()) {
    const total = row.reduce((sum, count) => sum + count, 0);
    for (const [said, rows] of row.entries()) {
      if (real !== said && rows > 0)
        found.push({ real: classes[real] ?? '', said: classes[said] ?? '', rows, share: rows / total });
    }
  }
  return found.sort((a, b) => b.rows - a.rows || b.share - a.share).slice(0, most);
}
