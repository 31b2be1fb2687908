import { largestFloat32 } from '../../base/float32.ts';
import { type Frame, type FrameColumn, findColumn, selectRows } from '../../base/frame.ts';

/** The columns of these names, in the order of the names. */
export function onlyColumns(frame: Frame, names: readonly string[]): Frame {
  return { rows: frame.rows, columns: names.flatMap((name) => findColumn(frame, name) ?? []) };
}

/** The frame with another column in the place of that of the same name. */
export function withColumn(frame: Frame, column: FrameColumn): Frame {
  return { ...frame, columns: frame.columns.map((other) => (other.name === column.name ? column : other)) };
}

/** A column of the same kind that has one value in every row; null is missing. */
export function constantColumn(column: FrameColumn, value: number | string | null, rows: number): FrameColumn {
  if (column.kind === 'text') {
    return { ...column, values: new Array<string | null>(rows).fill(value === null ? null : String(value)) };
  }
  return { ...column, values: new Float64Array(rows).fill(value === null ? Number.NaN : Number(value)) };
}

/** Some rows as a model sees them: numbers beyond float32, infinite ones among them, are missing. */
export function modelRows(frame: Frame, rows: ArrayLike<number>): Frame {
  const selected = selectRows(frame, rows);
  return { ...selected, columns: selected.columns.map(withoutInfinite) };
}

function withoutInfinite(column: FrameColumn): FrameColumn {
  if (column.kind !== 'number' || column.values.every((value) => !(Math.abs(value) > largestFloat32))) return column;
  return { ...column, values: column.values.map((value) => (Math.abs(value) > largestFloat32 ? Number.NaN : value)) };
}
