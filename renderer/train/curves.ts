/** The figures that a run keeps for its pictures; each is there only where the task has it. */
export interface RunCurves {
  pairs?: { actual: number; predicted: number }[];
  confusion?: { classes: string[]; matrix: number[][] };
  roc?: { falsePositiveRate: number; truePositiveRate: number }[];
  calibration?: { meanPredicted: number; shareOfPositives: number; rows: number }[];
}

/** Takes out of a run's open record what this window knows how to draw. */
export function readCurves(curves: Record<string, unknown>): RunCurves {
  return {
    pairs: arrayOf(curves.pairs, ['actual', 'predicted']),
    confusion: isConfusion(curves.confusion) ? curves.confusion : undefined,
    roc: arrayOf(curves.roc, ['falsePositiveRate', 'truePositiveRate']),
    calibration: arrayOf(curves.calibration, ['meanPredicted', 'shareOfPositives', 'rows']),
  };
}

function arrayOf<Field extends string>(value: unknown, fields: readonly Field[]): Record<Field, number>[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const fits = value.every((entry) =>
    fields.every((field) => typeof (entry as Record<string, unknown> | null)?.[field] === 'number'),
  );
  return fits ? (value as Record<Field, number>[]) : undefined;
}

function isConfusion(value: unknown): value is { classes: string[]; matrix: number[][] } {
  const candidate = value as { classes?: unknown; matrix?: unknown } | null | undefined;
  return (
    Array.isArray(candidate?.classes) &&
    Array.isArray(candidate?.matrix) &&
    candidate.matrix.every((row) => Array.isArray(row) || ArrayBuffer.isView(row))
  );
}
