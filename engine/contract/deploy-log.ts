import Type, { type Static } from 'typebox';
import { jobCommand, query } from './call.ts';
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
  /** Milliseconds; null where a log that was made elsewhere does not say it. */
  latency: Type.Union([Type.Number(), Type.Null()]),
  flags: Type.Array(LoggedFlag),
});
/** A row of the prediction log as it is shown. */
export type LoggedRow = Static<typeof LoggedRow>;

/** Where a page of rows ends: the next one begins with what stands after it. */
export const LogPlace = Type.Object({
  receivedAt: Time,
  requestId: Type.String(),
  rowId: Type.String(),
  /** A row that a shadow answered too stands there once for each of the two. */
  version: Type.Integer({ minimum: 1 }),
});
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

/** Null: none, also where the table has the usual one. */
const OrNone = Type.Union([Type.String(), Type.Null()]);

export const ImportedColumns = Type.Object({
  /** Of event times: ISO 8601, UTC where nothing else is said, or seconds or milliseconds since 1970. `event_time` unless given. */
  time: Type.Optional(Type.String()),
  /** Of row ids. `row_id` unless given, if there is one; else ids are made of the rows' places and cells. */
  id: Type.Optional(OrNone),
  /** Of predictions, or of predicted classes. `prediction`, else `label`, unless given. */
  prediction: Type.Optional(Type.String()),
  /** Of probabilities, by class. `probability_<class>` unless given, if there is one. */
  probabilities: Type.Optional(Type.Record(Type.String(), OrNone)),
  /** Of what came true. */
  label: Type.Optional(Type.String()),
  /** Of inputs, by the name that the signature has for them: only those whose columns are called otherwise. */
  inputs: Type.Optional(Type.Record(Type.String(), Type.String())),
});
/** Where a table that another server logged has what a row of the prediction log is made of. */
export type ImportedColumns = Static<typeof ImportedColumns>;

export const leftOutReasons = {
  no_record: 'without a record of a prediction',
  unknown_version: 'of a version that the model does not have',
  other_inputs: 'with other inputs than the version that they name',
  other_model: 'of another model',
  no_time: 'without a time that can be read',
  future: 'with a time that lies ahead',
  no_answer: 'without an answer',
  unknown_class: 'with an answer that is no class of the model',
} as const;
/** Why a row of a log made elsewhere is not taken over; the texts go on from `12 rows`. */
export type LeftOutReason = keyof typeof leftOutReasons;

export const LogImport = Type.Object({
  deployment: Type.String(),
  /** That were added. */
  rows: Type.Integer(),
  /** That were in the log already. */
  known: Type.Integer(),
  /** That stand in the file once more: rows of one time with one id. */
  repeated: Type.Integer(),
  /** That are older than what the log keeps. */
  expired: Type.Integer(),
  /** Labels that were handed to monitoring. */
  labels: Type.Integer(),
  /** Rows that were not taken, with the number of the first, from 1. */
  leftOut: Type.Array(
    Type.Object({
      reason: Type.Enum(Object.keys(leftOutReasons) as LeftOutReason[]),
      rows: Type.Integer(),
      first: Type.Integer(),
    }),
  ),
  /** Values of inputs that do not fit the signature and count as missing, with the number of the first row, from 1. */
  unusable: Type.Array(Type.Object({ field: Type.String(), values: Type.Integer(), first: Type.Integer() })),
});
/** What became of a log that was made elsewhere. */
export type LogImport = Static<typeof LogImport>;

export const logCalls = {
  importLog: jobCommand(
    'deploy.importLog',
    'Adds what was answered elsewhere to the prediction log of a deployment: segments and JSON lines of Galley, or a table of another server. Rows that are there already are not added again.',
    Type.Object({
      deployment: Type.String(),
      path: Type.String(),
      /** That answered the rows of a table; that of the deployment unless given. Galley's own records say it themselves. */
      version: Type.Optional(Type.Integer({ minimum: 1 })),
      columns: Type.Optional(ImportedColumns),
    }),
    LogImport,
  ),
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
