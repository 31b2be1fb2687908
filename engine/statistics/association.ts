/** Categories of the rows as numbers from 0; negative where the value is missing. */
export interface Categories {
  codes: Int32Array;
  levels: number;
}

/** Rows in each pair of levels, and in each level, over the rows where both are present. */
export interface Contingency {
  cells: Map<number, number>;
  left: Float64Array;
  right: Float64Array;
  rows: number;
}

/** Counts how often each pair of levels occurs; the cell of (i, j) has the key `i * right.levels + j`. */
export function contingency(left: Categories, right: Categories): Contingency {
  const cells = new Map<number, number>();
  const counted: Contingency = {
    cells,
    left: new Float64Array(left.levels),
    right: new Float64Array(right.levels),
    rows: 0,
  };
  for (let row = 0; row < left.codes.length; row++) {
    const i = left.codes[row] as number;
    const j = right.codes[row] as number;
    if (i < 0 || j < 0) continue;
    const key = i * right.levels + j;
    cells.set(key, (cells.get(key) ?? 0) + 1);
    counted.left[i] = (counted.left[i] as number) + 1;
    counted.right[j] = (counted.right[j] as number) + 1;
    counted.rows++;
  }
  return counted;
}

/**
 * Cramér's V with the bias correction of Bergsma (2013, "A bias-correction for Cramér's V and Tschuprow's T").
 * @returns 0 (independent) to 1, null where one side has fewer than two levels.
 */
export function cramersV(left: Categories, right: Categories): number | null {
  const { cells, left: lefts, right: rights, rows } = contingency(left, right);
  const leftLevels = lefts.filter((count) => count > 0).length;
  const rightLevels = rights.filter((count) => count > 0).length;
  if (rows < 2 || leftLevels < 2 || rightLevels < 2) return null;
  let sum = 0;
  for (const [key, count] of cells) {
    const expected = (lefts[Math.floor(key / right.levels)] as number) * (rights[key % right.levels] as number);
    sum += (count * count) / expected;
  }
  const phi = Math.max(0, sum - 1 - ((leftLevels - 1) * (rightLevels - 1)) / (rows - 1));
  const corrected = (levels: number) => levels - (levels - 1) ** 2 / (rows - 1);
  const least = Math.min(corrected(leftLevels), corrected(rightLevels)) - 1;
  return least > 0 ? Math.min(1, Math.sqrt(phi / least)) : null;
}

/**
 * The correlation ratio η: the square root of the share of a number's variance that lies between categories.
 * @returns 0 to 1, null where the number is constant or there are fewer than two categories.
 */
export function correlationRatio(categories: Categories, values: Float64Array): number | null {
  const counts = new Float64Array(categories.levels);
  const means = new Float64Array(categories.levels);
  let count = 0;
  let mean = 0;
  let squares = 0;
  for (let row = 0; row < values.length; row++) {
    const level = categories.codes[row] as number;
    const value = values[row] as number;
    if (level < 0 || !Number.isFinite(value)) continue;
    counts[level] = (counts[level] as number) + 1;
    means[level] = (means[level] as number) + (value - (means[level] as number)) / (counts[level] as number);
    count++;
    const before = value - mean;
    mean += before / count;
    squares += before * (value - mean);
  }
  if (!(squares > 0) || counts.filter((rows) => rows > 0).length < 2) return null;
  let between = 0;
  for (let level = 0; level < counts.length; level++)
    between += (counts[level] as number) * ((means[level] as number) - mean) ** 2;
  return Math.min(1, Math.sqrt(between / squares));
}
