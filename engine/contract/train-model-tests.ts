import Type, { type Static } from 'typebox';
import { Nullable } from './values.ts';

export const ModelTestResult = Type.Object({
  name: Type.String(),
  kind: Type.Enum(['metric', 'row', 'direction', 'invariance']),
  passed: Nullable(Type.Boolean()),
  /** What must hold, and what was found; why it could not be run where `passed` is null. */
  says: Type.String(),
  found: Type.String(),
  /** Rows it was run on, and those that fail it. */
  rows: Type.Integer(),
  failing: Nullable(Type.Integer()),
  /** Positions of the first failing rows. */
  examples: Type.Array(Type.Integer()),
});
export type ModelTestResult = Static<typeof ModelTestResult>;

export const ModelTests = Type.Object({
  /** `tests/NAME.yaml` in the project. */
  file: Type.String(),
  passed: Type.Boolean(),
  results: Type.Array(ModelTestResult),
});
export type ModelTests = Static<typeof ModelTests>;
