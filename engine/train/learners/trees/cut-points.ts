/**
 * Cut points between the bins of a column, so that bins hold about equally many rows and a value that would fill a bin
 * alone gets one (as LightGBM's greedy binning, Ke et al. 2017). A value belongs left of a cut where it is <= the cut;
 * cuts lie half way between neighbouring values, rounded to float32 so that every runtime decides alike.
 * @param sorted float32 values, ascending, without NaN.
 * @returns at most `maximumBins` - 1 cuts, ascending.
 */
export function cutPoints(sorted: Float32Array, maximumBins: number): Float32Array {
  const { values, counts } = distinctValues(sorted);
  const bins = values.length;
  if (bins <= maximumBins) {
    return Float32Array.from({ length: Math.max(0, bins - 1) }, (_, place) => cutAfter(values, place));
  }
  const share = sorted.length / maximumBins;
  let restRows = sorted.length;
  let restBins = maximumBins;
  for (const count of counts) {
    if (count < share) continue;
    restRows -= count;
    restBins--;
  }
  const cuts: number[] = [];
  let filled = 0;
  let wanted = restRows / Math.max(1, restBins);
  for (let place = 0; place < bins - 1 && cuts.length < maximumBins - 1; place++) {
    const count = counts[place] as number;
    const fillsOne = count >= share;
    const nextFillsOne = (counts[place + 1] as number) >= share;
    filled += count;
    if (!fillsOne) restRows -= count;
    // A big neighbour closes the bin early, but not one that is nearly empty.
    if (!(fillsOne || filled >= wanted || (nextFillsOne && filled >= Math.max(1, wanted / 2)))) continue;
    cuts.push(cutAfter(values, place));
    filled = 0;
    if (!fillsOne) {
      restBins--;
      wanted = restRows / Math.max(1, restBins);
    }
  }
  return Float32Array.from(cuts);
}

function distinctValues(sorted: Float32Array): { values: Float32Array; counts: Int32Array } {
  const values = new Float32Array(sorted.length);
  const counts = new Int32Array(sorted.length);
  let last = -1;
  for (let place = 0; place < sorted.length; place++) {
    const value = sorted[place] as number;
    if (last < 0 || value > (values[last] as number)) values[++last] = value;
    counts[last] = (counts[last] as number) + 1;
  }
  return { values: values.subarray(0, last + 1), counts: counts.subarray(0, last + 1) };
}

/** Half way to the next value; the value itself where no float32 lies between. */
function cutAfter(values: Float32Array, place: number): number {
  const low = values[place] as number;
  const high = values[place + 1] as number;
  const middle = Math.fround(low / 2 + high / 2);
  return middle >= low && middle < high ? middle : low;
}
