/**
 * A categorical column as codes. Code `levels` means "none of the levels": all of its one-hot columns are 0.
 */
export interface CodeBlock {
  /** Position of the first level among the columns of the design. */
  offset: number;
  levels: number;
  /** One code a row, in [0, levels]. */
  codes: Int32Array;
}

/**
 * How features stand in a matrix. `scaled`, for learners that add up weighted columns: dense columns are imputed and
 * scaled, never NaN, and what is counted (booleans, parts of dates) is a block. `raw`, for learners that cut columns in
 * two: every number is a dense column as it came, rounded to float32, NaN where it is missing; booleans are 0 and 1,
 * parts of dates plain numbers. Categories are blocks in both.
 */
export type Layout = 'scaled' | 'raw';

/**
 * What learners compute with: rows x width, the dense columns first, then one one-hot group a block. One-hot columns are
 * kept as codes, so that 1,000 levels cost 4 bytes a row and not 8,000.
 */
export interface FeatureMatrix {
  rows: number;
  /** Dense columns and levels of all blocks. */
  width: number;
  denseWidth: number;
  /** rows x denseWidth, row-major; NaN, for missing, in the raw layout only. */
  dense: Float64Array;
  blocks: readonly CodeBlock[];
}

/** Features of the same rows, in the layouts that were asked for. */
export type Layouts = Partial<Record<Layout, FeatureMatrix>>;

/** The matrix of a layout that was asked for. */
export function matrixOf(layouts: Layouts, layout: Layout): FeatureMatrix {
  const matrix = layouts[layout];
  if (matrix === undefined) throw new TypeError(`The features were not prepared in the ${layout} layout.`);
  return matrix;
}

/** The same numbers with one-hot columns written out: rows x width, row-major. */
export function expandOneHot(matrix: FeatureMatrix): Float64Array {
  const { rows, width, denseWidth, dense, blocks } = matrix;
  const expanded = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    expanded.set(dense.subarray(row * denseWidth, (row + 1) * denseWidth), row * width);
    for (const { offset, levels, codes } of blocks) {
      const code = codes[row] as number;
      if (code < levels) expanded[row * width + offset + code] = 1;
    }
  }
  return expanded;
}

/** The rows at these positions, in this order. */
export function selectMatrixRows(matrix: FeatureMatrix, positions: ArrayLike<number>): FeatureMatrix {
  const { denseWidth } = matrix;
  const rows = positions.length;
  const dense = new Float64Array(rows * denseWidth);
  for (let row = 0; row < rows; row++) {
    const start = (positions[row] as number) * denseWidth;
    dense.set(matrix.dense.subarray(start, start + denseWidth), row * denseWidth);
  }
  const blocks = matrix.blocks.map(
    (block): CodeBlock => ({ ...block, codes: Int32Array.from(positions, (row) => block.codes[row] as number) }),
  );
  return { ...matrix, rows, dense, blocks };
}

/** The same matrix in shared memory, so that threads get it without a copy of their own. */
export function shareMatrix(matrix: FeatureMatrix): FeatureMatrix {
  const blocks = matrix.blocks.map((block): CodeBlock => ({ ...block, codes: shared(block.codes, Int32Array) }));
  return { ...matrix, dense: shared(matrix.dense, Float64Array), blocks };
}

function shared<Values extends Float64Array | Int32Array>(
  values: Values,
  Type: new (buffer: SharedArrayBuffer) => Values,
): Values {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const copy = new Type(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}

/** What one feature adds to a graph: double [N, columns] values for its dense columns, int64 [N, 1] codes of its blocks. */
export interface GraphColumns {
  dense: string[];
  codes: string[];
}

/** A matrix within an ONNX graph: the same parts as values of the graph. */
export interface GraphFeatures {
  /** Adds an int64 [1] tensor that holds how many rows there are. */
  rowCount(): string;
  denseWidth: number;
  /** Name of a double [N, denseWidth] tensor, NaN as in the matrix; absent where there is no dense column. */
  dense?: string;
  /** Each with the name of an int64 [N, 1] tensor. */
  blocks: readonly { offset: number; levels: number; codes: string }[];
}
