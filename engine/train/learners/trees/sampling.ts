import { type Random, seededRandom } from '../../../base/random.ts';

/** The draws of one round or tree, whatever was drawn before: what a checkpoint need not keep. */
export function drawsOf(seed: number, round: number): Random {
  return seededRandom(seed ^ Math.imul(round + 1, 0x85ebca6b));
}

/** Rows that count, ascending: all with a weight, or a share of them drawn anew. At least one. */
export function sampleRows(
  rows: number,
  weights: Float64Array | undefined,
  share: number,
  random: Random,
): Uint32Array {
  const all = new Uint32Array(rows);
  let count = 0;
  for (let row = 0; row < rows; row++) if (weights === undefined || (weights[row] as number) > 0) all[count++] = row;
  const wanted = Math.max(1, Math.round(count * share));
  if (wanted >= count) return all.subarray(0, count);
  // Knuth's selection sampling (The Art of Computer Programming, volume 2, algorithm S).
  let kept = 0;
  for (let place = 0; kept < wanted; place++) {
    if (random() * (count - place) < wanted - kept) all[kept++] = all[place] as number;
  }
  return all.subarray(0, kept);
}

/** Columns in ascending order: all, or a share of them drawn anew. At least one. */
export function sampleColumns(columns: number, share: number, random: Random): Int32Array {
  const wanted = Math.max(1, Math.round(columns * share));
  const all = Int32Array.from({ length: columns }, (_, column) => column);
  if (wanted >= columns) return all;
  return drawColumns(all, wanted, random).sort();
}

/** Moves `wanted` random columns to the front of `columns` and gives these (a Fisher-Yates shuffle that stops early). */
function drawColumns(columns: Int32Array, wanted: number, random: Random): Int32Array {
  for (let place = 0; place < wanted; place++) {
    const other = place + Math.floor(random() * (columns.length - place));
    const taken = columns[other] as number;
    columns[other] = columns[place] as number;
    columns[place] = taken;
  }
  return columns.subarray(0, wanted);
}
