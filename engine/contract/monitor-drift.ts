import Type, { type Static } from 'typebox';
import { Nullable } from './values.ts';

export const ColumnDrift = Type.Object({
  name: Type.String(),
  type: Type.String(),
  test: Type.String(),
  /** Null where there are too few rows for a verdict. */
  score: Nullable(Type.Number()),
  threshold: Type.Number(),
  /** What sampling alone would give at this size. */
  samplingLimit: Nullable(Type.Number()),
  drifted: Type.Boolean(),
  verdict: Type.Enum(['drifted', 'stable', 'too_few_rows']),
  statistics: Type.Record(Type.String(), Nullable(Type.Number())),
  /** Shares of the reference and of the current rows in the same bins, for the picture. */
  bins: Type.Array(
    Type.Object({
      label: Type.String(),
      from: Nullable(Type.Number()),
      to: Nullable(Type.Number()),
      reference: Type.Number(),
      current: Type.Number(),
    }),
  ),
  importance: Nullable(Type.Number()),
});
export type ColumnDrift = Static<typeof ColumnDrift>;
