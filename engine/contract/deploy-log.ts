import Type, { type Static } from 'typebox';
import { query } from './call.ts';
import { LoggedFlag, PredictionOutputs, predictionFlags } from './serving.ts';
import { Time } from './values.ts';

const Value = Type.Union([Type.Number(), Type.String(), Type.Boolean(), Type.Null()]);

export const LoggedRow = Type.Object({
  rowId: Type.String(),
  requestId: Type.String(),
  eventTime: Time,
  receivedAt: Time,
  version: Type.Integer(),
  /** No caller has seen the answer: it was made for comparison. */
  shadow: Type.Boolean(),
  /** Every input of the version's signature; null where missing or masked, dates and timestamps as ISO 8601 text. */
  inputs: Type.Record(Type.String(), Value),
  outputs: PredictionOutputs,
  /** Milliseconds. */
  latency: Type.Number(),
  flags: Type.Array(LoggedFlag),
});
/** A row of the prediction log as it is shown. */
export type LoggedRow = Static<typeof LoggedRow>;

/** Where a page of rows ends: the next one begins with what stands after it. */
export const LogPlace = Type.Object({ receivedAt: Time, requestId: Type.String(), rowId: Type.String() });
export type LogPlace = Static<typeof LogPlace>;

export const SkippedSegment = Type.Object({
  /** Name of its file in the log folder of the deployment. */
  segment: Type.String(),
  reason: Type.String(),
});
/** A segment of the log that could not be read, or not to its end. */
export type SkippedSegment = Static<typeof SkippedSegment>;

export const LogFilter = Type.Object({
  /** Of the receipt: from `since` on, before `until`. */
  since: Type.Optional(Time),
  until: Type.Optional(Time),
  rowId: Type.Optional(Type.String({ minLength: 1 })),
  requestId: Type.Optional(Type.String({ minLength: 1 })),
  version: Type.Optional(Type.Integer({ minimum: 1 })),
  /** Rows with that flag on a field; `any`: with one but `masked`. */
  flag: Type.Optional(Type.Enum(['any', ...predictionFlags, 'masked'])),
  /** Stands, in letters of any case, in the row id, a text or time input, or the label. */
  text: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
  /** Inputs that have these values; null: none. */
  inputs: Type.Optional(Type.Record(Type.String(), Value)),
});
/** What rows must meet, all of it. */
export type LogFilter = Static<typeof LogFilter>;

export const logCalls = {
  log: query(
    'deploy.log',
    'Rows of the prediction log, the newest first, up to those of the last quarter of a second.',
    Type.Object({
      deployment: Type.String(),
      ...LogFilter.properties,
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
      /** Only rows after this one in the order of the answer. */
      after: Type.Optional(LogPlace),
    }),
    Type.Object({
      deployment: Type.String(),
      rows: Type.Array(LoggedRow),
      /** Null where there are no more. */
      next: Type.Union([LogPlace, Type.Null()]),
      /** What was not searched because it is damaged; the others were. */
      skipped: Type.Array(SkippedSegment),
      /** When the search began: rows that were received later may be missing. */
      searchedAt: Time,
    }),
  ),
};
