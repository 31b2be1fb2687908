import Type, { type Static } from 'typebox';
import {
  BatchSettings,
  CorsSettings,
  LimitSettings,
  LogSettings,
  NetworkSettings,
  ProfileSwitches,
  ServerLogSettings,
} from './deploy-settings.ts';
import { ServedStream, StreamStatus } from './deploy-streams.ts';
import { ErrorReportSchema } from './jobs.ts';
import { Traffic, VersionStatus } from './traffic.ts';
import { Nullable, Time } from './values.ts';
import { Sha256, VersionFile } from './version-manifest.ts';

/** What crosses the border of the prediction server: its config, the messages of its parent, the records of its log. */
const strict = { additionalProperties: false } as const;

export const ServedKey = Type.Object(
  {
    /** Shown in logs and metrics in place of the key. */
    name: Type.String({ minLength: 1, maxLength: 64 }),
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$', description: '64 hexadecimal digits' }),
  },
  strict,
);
/** An API key as the server knows it. */
export type ServedKey = Static<typeof ServedKey>;

/** What the rows of a version are counted against, where that is not among its files; the server compares the file with the hash. */
const profile = Type.Optional(Type.Object({ path: Type.String({ minLength: 1 }), sha256: Sha256 }, strict));

export const ServedVersion = Type.Union([
  /** A folder that holds `model.onnx` and `signature.json`; where it has a `manifest.json`, its files must be what that says. */
  Type.Object(
    {
      version: Type.Integer({ minimum: 1 }),
      folder: Type.String({ minLength: 1 }),
      /** Of `manifest.json`, which then must be there, also beside a public key. */
      manifest: Type.Optional(Sha256),
      /** In PEM; the folder must then have a `model.sig` of this key over its files. */
      publicKey: Type.Optional(Type.String({ minLength: 1 })),
      profile,
    },
    strict,
  ),
  /** All files of a version by their names in its folder, and what they must be. */
  Type.Object(
    {
      version: Type.Integer({ minimum: 1 }),
      files: Type.Array(VersionFile),
      profile,
    },
    strict,
  ),
  Type.Object(
    {
      version: Type.Integer({ minimum: 1 }),
      onnx: Type.String({ minLength: 1 }),
      signature: Type.String({ minLength: 1 }),
      profile,
    },
    strict,
  ),
]);
/** Where the files of a model version lie. */
export type ServedVersion = Static<typeof ServedVersion>;

export const LogLimits = Type.Object(
  {
    /** A segment that has reached this size is closed. */
    segmentBytes: Type.Optional(Type.Integer({ minimum: 1024, maximum: 1_073_741_824 })),
    /** A segment that is open for so long is closed. */
    segmentMilliseconds: Type.Optional(Type.Integer({ minimum: 100 })),
    /** A record waits at most so long before it is written and synced. */
    flushMilliseconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
    /** Records that cannot be written wait in memory up to this size; what comes after is lost and counted. */
    pendingBytes: Type.Optional(Type.Integer({ minimum: 1024 })),
  },
  strict,
);
export type LogLimits = Static<typeof LogLimits>;

export const LogMask = Type.Object(
  {
    /** Inputs whose values are not written into the log. */
    inputs: Type.Array(Type.String()),
    /** In hexadecimal: texts are written as pseudonyms made with this key. Without it, and of other types, nothing is written. */
    key: Type.Optional(
      Type.String({ pattern: '^([0-9a-f]{2}){16,64}$', description: '16 to 64 bytes in hexadecimal' }),
    ),
  },
  strict,
);
/** What of marked columns goes into the log. */
export type LogMask = Static<typeof LogMask>;

export const LogSink = Type.Union([
  Type.Object({ kind: Type.Literal('none') }, strict),
  /** Lines of JSON on standard output. */
  Type.Object({ kind: Type.Literal('stdout') }, strict),
  /** Lines of JSON in the bodies of POST requests. */
  Type.Object(
    {
      kind: Type.Literal('http'),
      url: Type.String({ pattern: '^https?://', description: 'an http or https address' }),
      /** The environment variable whose value is sent as the header `authorization`. */
      authorizationVariable: Type.Optional(Type.String({ minLength: 1 })),
    },
    strict,
  ),
]);
/** Where answers are logged to, in place of the log folder. */
export type LogSink = Static<typeof LogSink>;

export const ProfileSettings = Type.Object(
  {
    ...ProfileSwitches.properties,
    /** Whether `/metrics` has rows by bin. */
    metrics: Type.Optional(Type.Boolean()),
    /** Bins of all columns of a version that `/metrics` has at most. */
    mostBins: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000 })),
    /** Keeps the sums over restarts; absent: a folder in the log folder, where there is one. Null: nothing is kept. */
    folder: Type.Optional(Nullable(Type.String({ minLength: 1 }))),
    /** A private key in PEM that signs what `/profile` answers. */
    signingKeyFile: Type.Optional(Nullable(Type.String({ minLength: 1 }))),
  },
  strict,
);
/** How a server sums up the rows that it is asked. */
export type ProfileSettings = Static<typeof ProfileSettings>;

export const LoggedShare = Type.Object(
  {
    sampling: LogSettings.properties.sampling,
    /** Of all segments in the log folder; beyond it nothing is written until some were taken away. */
    diskBytes: LogSettings.properties.diskBytes,
  },
  strict,
);
/** How much is logged. */
export type LoggedShare = Static<typeof LoggedShare>;

/** What can be changed while the server runs. */
const liveMembers = {
  limits: Type.Optional(LimitSettings),
  batch: Type.Optional(BatchSettings),
  cors: Type.Optional(CorsSettings),
  log: Type.Optional(LoggedShare),
  logMask: Type.Optional(LogMask),
  serverLog: Type.Optional(ServerLogSettings),
  /** Who may call, beside the holder of `token`: the sha256 of each key in hexadecimal. */
  keys: Type.Optional(Type.Array(ServedKey)),
  /** On loopback: whether callers need a key there, too. */
  requireKey: Type.Optional(Type.Boolean()),
  /** Messages that are answered beside requests. */
  streams: Type.Optional(Type.Array(ServedStream)),
  /** On the network: names that callers may reach it by, beside the machine's own; none for any. */
  names: NetworkSettings.properties.names,
};

export const LiveSettings = Type.Object(liveMembers, strict);
/** What of a config can be changed while the server runs; what is absent has its default. */
export type LiveSettings = Static<typeof LiveSettings>;

const servedModel = {
  model: Type.String({ minLength: 1 }),
  versions: Type.Array(ServedVersion, { minItems: 1 }),
  active: Type.Integer({ minimum: 1 }),
  /** The alias that the active version stands under; protocols with labels take it as one. */
  label: Type.Optional(Nullable(Type.String({ minLength: 1 }))),
  /** Absent: the active version answers all requests. */
  traffic: Type.Optional(Traffic),
};

export const ServedModelConfig = Type.Object(servedModel, strict);
/** One model of a server. */
export type ServedModelConfig = Static<typeof ServedModelConfig>;

export const ServingConfig = Type.Object(
  {
    deployment: Type.String({ minLength: 1 }),
    /** The model that answers where none is named. */
    ...servedModel,
    /** Further models, which answer under their names. */
    models: Type.Optional(Type.Array(ServedModelConfig)),
    /** An address other than loopback needs a token or a key. */
    host: Type.Optional(Type.String({ minLength: 1 })),
    /** Where it is taken, the next free one is used; 0 for any free one. */
    port: Type.Optional(Type.Integer({ minimum: 0, maximum: 65535 })),
    /** Where the port is taken, the server does not start. */
    exactPort: Type.Optional(Type.Boolean()),
    /** Callers send it as `authorization: Bearer …`. */
    token: Type.Optional(Type.String({ minLength: 16 })),
    /** Null or absent: predictions are not logged. */
    logFolder: Type.Optional(Nullable(Type.String({ minLength: 1 }))),
    /** Takes the answers in place of the log folder, which then has the labels alone. */
    logSink: Type.Optional(LogSink),
    logLimits: Type.Optional(LogLimits),
    profile: Type.Optional(ProfileSettings),
    ...liveMembers,
  },
  strict,
);
export type ServingConfig = Static<typeof ServingConfig>;

const Milliseconds = Nullable(Type.Number());

export const ServerMinute = Type.Object({
  at: Time,
  requests: Type.Integer(),
  rows: Type.Integer(),
  /** Not answered for the server's part (5xx), and refused for the caller's (4xx). */
  failed: Type.Integer(),
  refused: Type.Integer(),
  /** Of the requests that were answered: bin, count, bin, count, … of a histogram that merges (statistics/latency-histogram.ts). */
  latencies: Type.Array(Type.Integer()),
  /** Why requests failed or were refused, with how many did: a code, or `serving.invalid_rows unknown_field rain`. */
  reasons: Type.Record(Type.String(), Type.Integer()),
  /** Seconds that the server was up and looked at itself, and what its process took of the processors in them. */
  upSeconds: Type.Number(),
  cpuSeconds: Type.Number(),
  /** At most. */
  memoryBytes: Type.Integer(),
  waitingRows: Type.Integer(),
  /** At most, of the room for rows that wait, of the event loop's time, or of the machine's processors. */
  saturation: Type.Number(),
});
/** The four golden signals of a minute. */
export type ServerMinute = Static<typeof ServerMinute>;

export const ServingStatus = Type.Object({
  deployment: Type.String(),
  model: Type.String(),
  /** The active version, and since when it is. */
  version: Type.Integer(),
  since: Time,
  startedAt: Time,
  ready: Type.Boolean(),
  url: Type.String(),
  port: Type.Integer(),
  /** Prediction requests over all protocols since the start. */
  requests: Type.Integer(),
  /** Rows that were answered. */
  rows: Type.Integer(),
  /** Requests that were not answered with 200; `refused` of them for a fault of the caller (4xx). */
  errors: Type.Integer(),
  refused: Type.Integer(),
  /** Of the requests of the last 60 minutes, in milliseconds; null where there was none. */
  latency: Type.Object({ p50: Milliseconds, p95: Milliseconds, p99: Milliseconds }),
  /** The last 60 minutes, oldest first. */
  minutes: Type.Array(
    Type.Object({
      at: Time,
      requests: Type.Integer(),
      rows: Type.Integer(),
      errors: Type.Integer(),
      p50: Milliseconds,
      p95: Milliseconds,
    }),
  ),
  /** The golden signals of those of them of which something is known, oldest first. */
  samples: Type.Array(ServerMinute),
  /** The deployment's own model first. */
  models: Type.Array(
    Type.Object({
      model: Type.String(),
      traffic: Traffic,
      /** Those in memory, oldest first, also while they come or go. */
      versions: Type.Array(VersionStatus),
    }),
  ),
  streams: Type.Array(StreamStatus),
  /** Those that were used since the start. */
  keys: Type.Array(Type.Object({ name: Type.String(), requests: Type.Integer(), lastUsedAt: Time })),
  log: Type.Object({
    enabled: Type.Boolean(),
    /** Age of the oldest record that is not on the disk yet, in milliseconds. */
    lagMilliseconds: Type.Number(),
    pendingRows: Type.Integer(),
    writtenRows: Type.Integer(),
    /** Rows that were answered and will never be in the log. */
    lostRows: Type.Integer(),
    lastError: Nullable(Type.String()),
  }),
});
export type ServingStatus = Static<typeof ServingStatus>;

/** A message's id comes back in its answer. */
const id = Type.String({ minLength: 1 });

export const ServingCommand = Type.Union([
  /** The first message, where the process was not started with `--config`. */
  Type.Object({ type: Type.Literal('start'), config: ServingConfig }, strict),
  /** Loads and warms that version, then swaps to it; `versions` are added to those that are known. */
  Type.Object(
    {
      type: Type.Literal('activate'),
      id,
      version: Type.Integer({ minimum: 1 }),
      versions: Type.Optional(Type.Array(ServedVersion)),
      /** As in the config; absent: it stays. */
      label: Type.Optional(Nullable(Type.String({ minLength: 1 }))),
      traffic: Type.Optional(Traffic),
    },
    strict,
  ),
  /** Sets everything that can be changed while the server runs. */
  Type.Object({ type: Type.Literal('configure'), id, settings: LiveSettings }, strict),
  /** Closes the open segment of the log. */
  Type.Object({ type: Type.Literal('rotate'), id }, strict),
  Type.Object({ type: Type.Literal('status'), id }, strict),
  /** Finishes what is in flight, flushes the log and ends. */
  Type.Object({ type: Type.Literal('stop'), id }, strict),
]);
/** From the parent to the server, over IPC. */
export type ServingCommand = Static<typeof ServingCommand>;

export const ServingReport = Type.Union([
  Type.Object({
    type: Type.Literal('ready'),
    url: Type.String(),
    port: Type.Integer(),
    /** What the config asked for; differs from `port` where that was taken. */
    requestedPort: Type.Integer(),
    version: Type.Integer(),
  }),
  Type.Object({ type: Type.Literal('activated'), id, version: Type.Integer() }),
  Type.Object({ type: Type.Literal('configured'), id }),
  /** All closed segments in the log folder, oldest first; the parent removes those it has taken over. */
  Type.Object({ type: Type.Literal('rotated'), id, segments: Type.Array(Type.String()) }),
  Type.Object({ type: Type.Literal('status'), id, status: ServingStatus }),
  Type.Object({ type: Type.Literal('stopped'), id, lostRows: Type.Integer() }),
  /** Sent unasked: a version passed a bound. A canary meets no callers any more; the active version goes on. */
  Type.Object({
    type: Type.Literal('breached'),
    model: Type.String(),
    version: Type.Integer(),
    role: Type.Enum(['canary', 'active']),
    reason: Type.String(),
  }),
  /** Without an id: the server could not start and ends. */
  Type.Object({ type: Type.Literal('failed'), id: Type.Optional(id), error: ErrorReportSchema }),
]);
/** From the server to its parent. */
export type ServingReport = Static<typeof ServingReport>;

export const predictionFlags = ['unseen_category', 'out_of_range', 'not_finite'] as const;

export const PredictionFlag = Type.Object({
  field: Type.String(),
  /** `not_finite`: the model's own answer is not a number; it stands under the target's name. */
  flag: Type.Enum([...predictionFlags]),
});
/** A remark on a row that was answered all the same. */
export type PredictionFlag = Static<typeof PredictionFlag>;

/** In the log alone `masked` stands too: the input's value was not written as it is. */
export const LoggedFlag = Type.Object({ field: Type.String(), flag: Type.Enum([...predictionFlags, 'masked']) });

export const PredictionOutputs = Type.Union([
  Type.Object({ prediction: Nullable(Type.Number()) }),
  Type.Object({ label: Type.String(), probabilities: Type.Record(Type.String(), Nullable(Type.Number())) }),
]);
export type PredictionOutputs = Static<typeof PredictionOutputs>;

export const LogHeader = Type.Object({
  format: Type.Literal(1),
  deployment: Type.String(),
  model: Type.String(),
  /** UTC epoch milliseconds. */
  created_at: Type.Integer(),
});
/** The first frame of a segment. */
export type LogHeader = Static<typeof LogHeader>;

export const PredictionRecord = Type.Object({
  row_id: Type.String(),
  request_id: Type.String(),
  /** UTC epoch milliseconds: as the caller gave it, else `received_at`. */
  event_time: Type.Integer(),
  received_at: Type.Integer(),
  version: Type.Integer(),
  /** In lines of JSON; a segment says it in its header. */
  model: Type.Optional(Type.String()),
  /** No caller has seen the answer: it was made for comparison. */
  shadow: Type.Optional(Type.Boolean()),
  /** Every input of the signature by name, null where missing; dates and timestamps as ISO 8601 text in UTC. */
  inputs: Type.Record(Type.String(), Type.Union([Type.Number(), Type.String(), Type.Boolean(), Type.Null()])),
  outputs: PredictionOutputs,
  /** Milliseconds from the receipt of the request until its answer was ready. */
  latency: Type.Number(),
  flags: Type.Array(LoggedFlag),
});
/** One row of the prediction log. */
export type PredictionRecord = Static<typeof PredictionRecord>;

export const LabelRecord = Type.Object({
  row_id: Type.String(),
  label: Type.Union([Type.Number(), Type.String(), Type.Boolean()]),
  /** UTC epoch milliseconds. */
  received_at: Type.Integer(),
  /** When it became known, in UTC epoch milliseconds, where the caller said so; else when it was received. */
  known_at: Type.Optional(Type.Integer()),
});
/** What came true for a row, as it stands in the log of labels. */
export type LabelRecord = Static<typeof LabelRecord>;
