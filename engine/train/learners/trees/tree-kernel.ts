import {
  advance,
  at,
  constant,
  get,
  i32,
  type KernelFunction,
  kernelOf,
  loopBody,
  op,
  scaled,
  set,
  v128,
} from '../wasm-code.ts';

/**
 * The inner loops of histogram boosting as WebAssembly, made for one set of columns. All numbers are addresses in bytes.
 * In a histogram every bin's address is a constant plus the bin, and one SIMD addition takes gradient and hessian. Rows are first gathered into a small buffer, so that the
 * processor waits for many of them at once and not for one after the other. In all about four times as fast as a loop in
 * JavaScript, with the same sums bit for bit.
 */
export interface TreeKernel {
  /** Bytes of the buffer that rows are gathered into. */
  bufferBytes: number;
  /** Adds rows to a histogram. */
  sum(addresses: HistogramAddresses): void;
  /** Takes float64 numbers, or int32 ones, from those in [start, end); the arrays are whole multiples of 16 bytes. */
  subtractDoubles(start: number, end: number, other: number): void;
  subtractIntegers(start: number, end: number, other: number): void;
  /**
   * Puts the rows in [order, end) whose bin has a 1 in `sides` before the others; both keep their order.
   * @returns where the others begin.
   */
  partition(order: number, end: number, columnBins: number, sides: number, spare: number): number;
}

export interface HistogramAddresses {
  /** The rows to take, one uint32 each, from `order` to before `end`. */
  order: number;
  end: number;
  /** Per row a float32 gradient and hessian. */
  gradients: number;
  /** rows x stride, uint8. */
  bins: number;
  buffer: number;
  /** Per bin a float64 sum of gradients and of hessians; added to. */
  sums: number;
  /** Per bin an int32 count of rows; added to. */
  counts: number;
}

/** Columns a function: larger ones take the compiler long. */
const columnsOfFunction = 64;
/** Rows gathered at once; fewer where they are long. */
const mostGathered = 256;
const gatheredBytes = 65_536;

/** Bytes of a row of bins: as many as there are columns, up to a multiple of 16. */
export function rowStride(columns: number): number {
  return Math.ceil(columns / 16) * 16;
}

/**
 * @param firstBins of each column, in a histogram that has one column after the other.
 * @param withCounts counts rows too; not needed where every hessian is 1.
 */
export function treeKernel(memory: WebAssembly.Memory, firstBins: Int32Array, withCounts: boolean): TreeKernel {
  const stride = rowStride(firstBins.length);
  const functions = [gatherBody(stride), subtractBody(op.subtractPair), subtractBody(op.subtractFour), partitionBody()];
  for (let start = 0; start < firstBins.length; start += columnsOfFunction) {
    const stop = Math.min(start + columnsOfFunction, firstBins.length);
    functions.push(sumBody(firstBins, start, stop, stride, withCounts));
  }
  const [gather, subtractDoubles, subtractIntegers, partition, ...sums] = kernelOf(functions, memory) as [
    KernelFunction,
    KernelFunction,
    KernelFunction,
    KernelFunction,
    ...KernelFunction[],
  ];
  const gathered = Math.max(16, Math.min(mostGathered, Math.floor(gatheredBytes / stride)));
  const pairsAt = gathered * stride;
  return {
    bufferBytes: gathered * (stride + 8),
    subtractDoubles,
    subtractIntegers,
    partition: (order, end, columnBins, sides, spare) => partition(order, end, columnBins, sides, order, spare),
    sum(at) {
      const pairs = at.buffer + pairsAt;
      for (let order = at.order; order < at.end; order += 4 * gathered) {
        const end = Math.min(at.end, order + 4 * gathered);
        gather(order, end, at.gradients, at.bins, at.buffer, pairs);
        const bufferEnd = at.buffer + ((end - order) / 4) * stride;
        for (const sum of sums) sum(at.buffer, bufferEnd, pairs, 0, at.sums, at.counts);
      }
    },
  };
}

/** Copies bins and pairs of the rows in [order, end) one after the other. */
function gatherBody(stride: number): number[] {
  const [order, , gradients, bins, rows, pairs, row] = [0, 1, 2, 3, 4, 5, 6];
  const code = [
    ...[...get(order), ...op.load, ...at(2, 0), ...set(row)],
    ...[...get(pairs), ...get(gradients), ...scaled(row, 3), ...op.add],
    ...[...op.loadLong, ...at(3, 0), ...op.storeLong, ...at(3, 0)],
    ...[...get(bins), ...get(row), ...constant(stride), ...op.multiply, ...op.add, ...set(row)],
  ];
  for (let byte = 0; byte < stride; byte += 16) {
    code.push(...get(rows), ...get(row), ...op.loadPair, ...at(4, byte), ...op.storePair, ...at(4, byte));
  }
  code.push(...advance(order, 4), ...advance(rows, stride), ...advance(pairs, 8));
  return loopBody([[1, i32]], code, get(rows));
}

/** Adds the pair of each gathered row in [row, end) to its bins of the columns in [start, stop). */
function sumBody(firstBins: Int32Array, start: number, stop: number, stride: number, withCounts: boolean): number[] {
  const [row, , pairs, , sums, counts, bin, place, pair] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const code = [...get(pairs), ...op.loadHalf, ...at(3, 0), ...op.promotePair, ...set(pair)];
  for (let column = start; column < stop; column++) {
    const first = firstBins[column] as number;
    const sum = at(4, 16 * first);
    code.push(...get(row), ...op.loadByte, ...at(0, column), ...set(bin));
    code.push(...get(sums), ...scaled(bin, 4), ...op.add, ...op.tee, place);
    code.push(...get(place), ...op.loadPair, ...sum, ...get(pair), ...op.addPair, ...op.storePair, ...sum);
    if (!withCounts) continue;
    const count = at(2, 4 * first);
    code.push(...get(counts), ...scaled(bin, 2), ...op.add, ...op.tee, place);
    code.push(...get(place), ...op.load, ...count, ...constant(1), ...op.add, ...op.store, ...count);
  }
  code.push(...advance(row, stride), ...advance(pairs, 8));
  return loopBody(
    [
      [2, i32],
      [1, v128],
    ],
    code,
    get(row),
  );
}

/** Takes doubles, or whole numbers, at the third parameter from those in [place, end), 16 bytes at once. */
function subtractBody(subtract: number[]): number[] {
  const [place, , other] = [0, 1, 2];
  const load = (address: number) => [...get(address), ...op.loadPair, ...at(4, 0)];
  const code = [...get(place), ...load(place), ...load(other), ...subtract, ...op.storePair, ...at(4, 0)];
  code.push(...advance(place, 16), ...advance(other, 16));
  return loopBody([], code, get(place));
}

/**
 * Puts the rows in [order, end) that go left before those that go right; both keep their order. A row is written to both
 * ends, of which one counts: cheaper than a branch that cannot be foretold.
 * @returns where the right ones begin.
 */
function partitionBody(): number[] {
  const [order, , bins, sides, left, spare, right, row, side] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const store = (address: number) => [...get(address), ...get(row), ...op.store, ...at(2, 0)];
  const bytesOf = (value: number[]) => [...value, ...constant(2), ...op.shiftLeft];
  const code = [
    ...[...get(order), ...op.load, ...at(2, 0), ...set(row)],
    ...[...get(sides), ...get(bins), ...get(row), ...op.add, ...op.loadByte, ...at(0, 0), ...op.add],
    ...[...op.loadByte, ...at(0, 0), ...set(side)],
    ...store(left),
    ...[...get(spare), ...get(right), ...op.add, ...get(row), ...op.store, ...at(2, 0)],
    ...[...get(left), ...bytesOf(get(side)), ...op.add, ...set(left)],
    ...[...get(right), ...bytesOf([...constant(1), ...get(side), ...op.subtract]), ...op.add, ...set(right)],
    ...advance(order, 4),
  ];
  const copyRight = [...get(left), ...get(spare), ...get(right), ...op.copyMemory];
  return loopBody([[3, i32]], code, [...copyRight, ...get(left)]);
}
