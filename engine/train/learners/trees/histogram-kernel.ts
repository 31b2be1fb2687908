/**
 * The inner loop of histogram boosting as WebAssembly, made for one set of columns: every bin's address is a constant plus
 * the bin, and one SIMD addition takes gradient and hessian. Rows are first gathered into a small buffer, so that the
 * processor waits for many of them at once and not for one after the other. In all about four times as fast as a loop in
 * JavaScript, with the same sums bit for bit.
 */
export interface HistogramKernel {
  /** Bytes of a row of bins: as many as there are columns, up to a multiple of 16. */
  stride: number;
  /** Bytes of the buffer that rows are gathered into. */
  bufferBytes: number;
  /** All numbers are addresses in bytes. */
  run(addresses: KernelAddresses): void;
}

export interface KernelAddresses {
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
/** As many as WebAssembly's 32-bit addresses reach; only what is grown to is taken. */
const mostPages = 65_536;
export const pageBytes = 65_536;

/** @throws RangeError where so much memory is not to be had. */
export function kernelMemory(bytes: number): WebAssembly.Memory {
  // Shared, because growing then leaves the arrays on what was there before in place.
  return new WebAssembly.Memory({ initial: Math.ceil(bytes / pageBytes), maximum: mostPages, shared: true });
}

/** Bytes of a row of bins. */
export function rowStride(columns: number): number {
  return Math.ceil(columns / 16) * 16;
}

/**
 * @param firstBins of each column, in a histogram that has one column after the other.
 * @param withCounts counts rows too; not needed where every hessian is 1.
 */
export function histogramKernel(
  memory: WebAssembly.Memory,
  firstBins: Int32Array,
  withCounts: boolean,
): HistogramKernel {
  const stride = rowStride(firstBins.length);
  const functions = [gatherBody(stride)];
  for (let start = 0; start < firstBins.length; start += columnsOfFunction) {
    const stop = Math.min(start + columnsOfFunction, firstBins.length);
    functions.push(sumBody(firstBins, start, stop, stride, withCounts));
  }
  const instance = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes(functions)), { host: { memory } });
  const [gather, ...sums] = functions.map((_, index) => instance.exports[String(index)] as KernelFunction);
  const gathered = Math.max(16, Math.min(mostGathered, Math.floor(gatheredBytes / stride)));
  const pairsAt = gathered * stride;
  return {
    stride,
    bufferBytes: gathered * (stride + 8),
    run(at) {
      const pairs = at.buffer + pairsAt;
      for (let order = at.order; order < at.end; order += 4 * gathered) {
        const end = Math.min(at.end, order + 4 * gathered);
        (gather as KernelFunction)(order, end, at.gradients, at.bins, at.buffer, pairs);
        const bufferEnd = at.buffer + ((end - order) / 4) * stride;
        for (const sum of sums) sum(at.buffer, bufferEnd, pairs, 0, at.sums, at.counts);
      }
    },
  };
}

type KernelFunction = (...parameters: number[]) => void;

/** Opcodes of the WebAssembly core specification that the kernel needs. */
const op = {
  block: [0x02, 0x40],
  loop: [0x03, 0x40],
  end: [0x0b],
  branch: [0x0c],
  branchIf: [0x0d],
  get: [0x20],
  set: [0x21],
  tee: [0x22],
  load: [0x28],
  loadLong: [0x29],
  loadByte: [0x2d],
  store: [0x36],
  storeLong: [0x37],
  constant: [0x41],
  notBelow: [0x4f],
  add: [0x6a],
  multiply: [0x6c],
  shiftLeft: [0x74],
  loadPair: [0xfd, 0x00],
  storePair: [0xfd, 0x0b],
  loadHalf: [0xfd, 0x5d],
  promotePair: [0xfd, 0x5f],
  addPair: [0xfd, 0xf0, 0x01],
};
const [i32, v128] = [0x7f, 0x7b];

const get = (local: number) => [...op.get, local];
const set = (local: number) => [...op.set, local];
const constant = (value: number) => [...op.constant, ...signed(value)];
/** Alignment as a power of two, and what is added to the address. */
const at = (alignment: number, offset: number) => [alignment, ...unsigned(offset)];
const scaled = (local: number, shift: number) => [...get(local), ...constant(shift), ...op.shiftLeft];
const advance = (local: number, bytes: number) => [...get(local), ...constant(bytes), ...op.add, ...set(local)];

/** A body that goes on until its first parameter has reached the second. */
function loopBody(locals: number[], code: number[]): number[] {
  return [
    ...locals,
    ...[...op.block, ...op.loop, ...get(0), ...get(1), ...op.notBelow, ...op.branchIf, 1],
    ...code,
    ...[...op.branch, 0, ...op.end, ...op.end, ...op.end],
  ];
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
  return loopBody([1, 1, i32], code);
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
  return loopBody([2, 2, i32, 1, v128], code);
}

function moduleBytes(functions: readonly number[][]): Uint8Array<ArrayBuffer> {
  const text = (value: string) => vector([...Buffer.from(value)]);
  const section = (id: number, content: number[]) => [id, ...vector(content)];
  const list = (items: readonly number[][]) => [...unsigned(items.length), ...items.flat()];
  const sharedWithMaximum = 0x03;
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, list([[0x60, ...list(new Array<number[]>(6).fill([i32])), 0]])),
    ...section(
      2,
      list([[...text('host'), ...text('memory'), 0x02, sharedWithMaximum, ...unsigned(1), ...unsigned(mostPages)]]),
    ),
    ...section(3, list(functions.map(() => [0]))),
    ...section(7, list(functions.map((_, index) => [...text(String(index)), 0x00, ...unsigned(index)]))),
    ...section(10, list(functions.map(vector))),
  ]);
}

function vector(bytes: readonly number[]): number[] {
  return [...unsigned(bytes.length), ...bytes];
}

/** LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}

/** LEB128 of a number of at least 0, whose last byte must not look negative. */
function signed(value: number): number[] {
  const bytes = unsigned(value);
  const last = bytes.pop() as number;
  return last < 64 ? [...bytes, last] : [...bytes, last + 128, 0];
}
