/** Opcodes of the WebAssembly core specification, those that the kernels need. */
export const op = {
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
  subtract: [0x6b],
  multiply: [0x6c],
  shiftLeft: [0x74],
  loadPair: [0xfd, 0x00],
  storePair: [0xfd, 0x0b],
  loadSplat: [0xfd, 0x0a],
  loadHalf: [0xfd, 0x5d],
  promotePair: [0xfd, 0x5f],
  addPair: [0xfd, 0xf0, 0x01],
  multiplyPair: [0xfd, 0xf2, 0x01],
  subtractPair: [0xfd, 0xf1, 0x01],
  subtractFour: [0xfd, 0xb1, 0x01],
  copyMemory: [0xfc, 0x0a, 0x00, 0x00],
};
export const i32 = 0x7f;
export const v128 = 0x7b;

export const get = (local: number) => [...op.get, local];
export const set = (local: number) => [...op.set, local];
export const constant = (value: number) => [...op.constant, ...signed(value)];
/** Alignment as a power of two, and what is added to the address. */
export const at = (alignment: number, offset: number) => [alignment, ...unsigned(offset)];
export const scaled = (local: number, shift: number) => [...get(local), ...constant(shift), ...op.shiftLeft];
export const advance = (local: number, bytes: number) => [...get(local), ...constant(bytes), ...op.add, ...set(local)];

/**
 * The body of a function that repeats some code until its first parameter has reached the second.
 * @param locals how many of which type there are beside the parameters. @param last comes after the loop.
 */
export function loopBody(locals: readonly [count: number, type: number][], code: number[], last: number[]): number[] {
  return [
    ...list(locals.map(([count, type]) => [...unsigned(count), type])),
    ...[...op.block, ...op.loop, ...get(0), ...get(1), ...op.notBelow, ...op.branchIf, 1],
    ...code,
    ...[...op.branch, 0, ...op.end, ...op.end],
    ...last,
    ...op.end,
  ];
}

export type KernelFunction = (...parameters: number[]) => number;

/** Functions from six i32 to one, given by their bodies, that work on a memory from `kernelMemory`. */
export function kernelOf(bodies: readonly number[][], memory: WebAssembly.Memory): KernelFunction[] {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes(bodies)), { host: { memory } });
  return bodies.map((_, index) => exports[String(index)] as KernelFunction);
}

/** As many as WebAssembly's 32-bit addresses reach; only what is grown to is taken. */
const mostPages = 65_536;
export const pageBytes = 65_536;

export function kernelMemory(): WebAssembly.Memory {
  // Shared, because growing then leaves the arrays on what was there before in place.
  return new WebAssembly.Memory({ initial: 1, maximum: mostPages, shared: true });
}

/** The functions are exported by their numbers, the shared memory is imported as `host.memory`. */
function moduleBytes(functions: readonly number[][]): Uint8Array<ArrayBuffer> {
  const text = (value: string) => vector([...Buffer.from(value)]);
  const section = (id: number, content: number[]) => [id, ...vector(content)];
  const sharedWithMaximum = 0x03;
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, list([[0x60, ...list(new Array<number[]>(6).fill([i32])), ...list([[i32]])]])),
    ...section(
      2,
      list([[...text('host'), ...text('memory'), 0x02, sharedWithMaximum, ...unsigned(1), ...unsigned(mostPages)]]),
    ),
    ...section(3, list(functions.map(() => [0]))),
    ...section(7, list(functions.map((_, index) => [...text(String(index)), 0x00, ...unsigned(index)]))),
    ...section(10, list(functions.map(vector))),
  ]);
}

function list(items: readonly number[][]): number[] {
  return [...unsigned(items.length), ...items.flat()];
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
