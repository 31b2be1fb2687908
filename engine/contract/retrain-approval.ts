import Type, { type Static } from 'typebox';
import { Name, Nullable, Time } from './values.ts';

export const Approval = Type.Object({
  run: Type.String(),
  pipeline: Name,
  /** The task that waits. */
  step: Type.String(),
  /** `superseded`: a newer run of the pipeline asked. */
  state: Type.Enum(['waiting', 'approved', 'refused', 'expired', 'superseded']),
  askedAt: Time,
  /** When it is refused by itself; null for never. */
  until: Nullable(Time),
  answeredAt: Nullable(Time),
  /** Null where nobody answered. */
  by: Nullable(Type.String()),
  /** What the person wrote, or why it was refused by itself. */
  reason: Nullable(Type.String()),
});
/** A person asked whether a challenger may take over. */
export type Approval = Static<typeof Approval>;
