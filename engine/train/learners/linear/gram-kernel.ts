import {
  advance,
  at,
  get,
  i32,
  type KernelFunction,
  kernelMemory,
  kernelOf,
  loopBody,
  op,
  pageBytes,
  set,
  v128,
} from '../wasm-code.ts';

/** Rows that are added to a cell one after the other while it is in a register. */
const groupRows = 4;
/** Rows copied to the kernel's memory at once. */
const chunkRows = 256;
const doubleBytes = 8;

let kernel: { memory: WebAssembly.Memory; addGroups: KernelFunction } | undefined;

/**
 * Sum over rows of weight x row x row', as a loop over the rows would add it to the last bit, in WebAssembly: four rows and
 * four cells at once, several times as fast as that loop in JavaScript.
 * @param dense rows x width, row-major; a column of ones is added behind the last. @param weights one a row.
 * @returns (width + 1) square, row-major, lower triangle.
 */
export function denseGram(dense: Float64Array, width: number, weights: Float64Array): Float64Array {
  const size = width + 1;
  const padded = size + (size % 2);
  const groupDoubles = groupRows * padded;
  const rows = weights.length;
  const packed = new Float64Array(chunkRows + (chunkRows / groupRows) * groupDoubles);
  const { memory, addGroups } = kernelWith((packed.length + padded * padded) * doubleBytes);
  const cells = new Float64Array(memory.buffer, 0, packed.length + padded * padded);
  const gram = cells.subarray(packed.length).fill(0);
  for (let start = 0; start < rows; start += chunkRows) {
    const count = Math.min(chunkRows, rows - start);
    const groups = Math.ceil(count / groupRows);
    if (count < chunkRows) packed.fill(0);
    packed.set(weights.subarray(start, start + count));
    for (let row = 0; row < count; row++) {
      const first = chunkRows + Math.floor(row / groupRows) * groupDoubles + 2 * (row % groupRows);
      const own = (start + row) * width;
      for (let column = 0; column < width; column++) packed[first + placeOf(column)] = dense[own + column] as number;
      packed[first + placeOf(width)] = 1;
    }
    cells.set(packed);
    const end = chunkRows + groups * groupDoubles;
    addGroups(chunkRows * doubleBytes, end * doubleBytes, packed.length * doubleBytes, 0, padded * doubleBytes, 0);
  }
  return Float64Array.from({ length: size * size }, (_, place) => {
    const [row, column] = [Math.floor(place / size), place % size];
    return column <= row ? (gram[row * padded + column] as number) : 0;
  });
}

/** Where a column of a group's first row lies: pairs of columns, of each the group's rows one after the other. */
function placeOf(column: number): number {
  return (column >> 1) * 2 * groupRows + (column & 1);
}

function kernelWith(bytes: number) {
  if (!kernel) {
    const memory = kernelMemory();
    const [addGroups] = kernelOf([addGroupsBody()], memory) as [KernelFunction];
    kernel = { memory, addGroups };
  }
  const lacking = bytes - kernel.memory.buffer.byteLength;
  if (lacking > 0) kernel.memory.grow(Math.ceil(lacking / pageBytes));
  return kernel;
}

/** Adds the groups of rows in [rows, end) to the Gram matrix, two of its rows and two of its columns at once. */
function addGroupsBody(): number[] {
  const [rows, , gram, weights, rowBytes, groupEnd, pair, upper, lower, gramRows, otherPair] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
  ];
  const factors = Array.from({ length: 2 * groupRows }, (_, index) => 11 + index);
  const others = Array.from({ length: groupRows }, (_, index) => 11 + 2 * groupRows + index);
  const pairBytes = 2 * doubleBytes * groupRows;
  const weighted = factors.flatMap((factor, index) => {
    const [lane, row] = [Math.floor(index / groupRows), index % groupRows];
    return [
      ...[...get(weights), ...op.loadSplat, ...at(3, doubleBytes * row)],
      ...[...get(pair), ...op.loadSplat, ...at(3, 2 * doubleBytes * row + doubleBytes * lane)],
      ...[...op.multiplyPair, ...set(factor)],
    ];
  });
  const addTo = (cells: number, lane: number) => [
    ...[...get(cells), ...get(cells), ...op.loadPair, ...at(3, 0)],
    ...others.flatMap((values, row) => {
      return [...get(factors[lane * groupRows + row] as number), ...get(values), ...op.multiplyPair, ...op.addPair];
    }),
    ...[...op.storePair, ...at(3, 0)],
  ];
  const overOthers = [
    ...op.loop,
    ...others.flatMap((values, row) => {
      return [...get(otherPair), ...op.loadPair, ...at(3, 2 * doubleBytes * row), ...set(values)];
    }),
    ...addTo(upper, 0),
    ...addTo(lower, 1),
    ...[...advance(upper, 2 * doubleBytes), ...advance(lower, 2 * doubleBytes), ...advance(otherPair, pairBytes)],
    ...[...get(pair), ...get(otherPair), ...op.notBelow, ...op.branchIf, 0],
    ...op.end,
  ];
  const twoRows = [...get(rowBytes), ...get(rowBytes), ...op.add];
  const code = [
    ...[...get(rows), ...twoRows, ...twoRows, ...op.add, ...op.add, ...set(groupEnd)],
    ...[...get(rows), ...set(pair), ...get(gram), ...set(gramRows)],
    ...op.loop,
    ...weighted,
    ...[...get(gramRows), ...set(upper), ...get(gramRows), ...get(rowBytes), ...op.add, ...set(lower)],
    ...[...get(rows), ...set(otherPair)],
    ...overOthers,
    ...[...get(gramRows), ...twoRows, ...op.add, ...set(gramRows), ...advance(pair, pairBytes)],
    ...[...get(groupEnd), ...get(pair), ...op.subtract, ...op.branchIf, 0],
    ...op.end,
    ...[...get(pair), ...set(rows), ...advance(weights, groupRows * doubleBytes)],
  ];
  return loopBody(
    [
      [5, i32],
      [3 * groupRows, v128],
    ],
    code,
    get(rows),
  );
}
