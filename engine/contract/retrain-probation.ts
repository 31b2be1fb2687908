import Type, { type Static } from 'typebox';
import { Name, Nullable, Time } from './values.ts';

export const Probation = Type.Object({
  run: Type.String(),
  /** The task that released the version. */
  step: Type.String(),
  model: Name,
  deployment: Name,
  version: Type.Integer(),
  /** The version before, which it is compared with. */
  champion: Type.Integer(),
  as: Type.Enum(['live', 'canary', 'shadow']),
  /** Labelled requests that decide, and those that there are. */
  wanted: Type.Integer(),
  labelled: Type.Integer(),
  /** `undone`: it did worse and was rolled back; `ended`: something else answers by now. */
  state: Type.Enum(['running', 'passed', 'undone', 'ended']),
  startedAt: Time,
  endedAt: Nullable(Time),
  /** What decided; null until it was judged. */
  found: Nullable(
    Type.Object({
      metric: Type.Object({ name: Type.String(), lowerIsBetter: Type.Boolean() }),
      rows: Type.Integer(),
      champion: Nullable(Type.Number()),
      version: Nullable(Type.Number()),
      gain: Nullable(Type.Number()),
      /** 95 % interval of the gain. */
      interval: Nullable(Type.Array(Type.Number())),
    }),
  ),
  reason: Nullable(Type.String()),
});
/** A released version that must prove itself on requests whose truth comes in. */
export type Probation = Static<typeof Probation>;
