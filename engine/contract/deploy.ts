import Type, { type Static } from 'typebox';
import { command, jobCommand, query } from './call.ts';
import { deployKeyCalls } from './deploy-keys.ts';
import { logCalls } from './deploy-log.ts';
import { DeploymentSettings, SettingsChange, WholeSettings } from './deploy-settings.ts';
import { streamCalls } from './deploy-streams.ts';
import { watchCalls } from './deploy-watches.ts';
import { ModelReference } from './package.ts';
import { ServingStatus } from './serving.ts';
import { Canary, RollbackBounds, Traffic, VersionStatus } from './traffic.ts';
import { Name, Nullable, Signature, Time } from './values.ts';
import { VersionFile } from './version-manifest.ts';

export const Deployment = Type.Object({
  id: Type.String(),
  name: Type.String(),
  model: Type.String(),
  /** The alias it follows, null where a version is pinned. */
  follows: Nullable(Type.String()),
  version: Type.Integer(),
  /** Which callers other versions answer. */
  traffic: Traffic,
  status: Type.Enum(['starting', 'running', 'stopped', 'failed']),
  wanted: Type.Enum(['running', 'stopped']),
  url: Nullable(Type.String()),
  port: Nullable(Type.Integer()),
  startedAt: Nullable(Time),
  error: Nullable(Type.String()),
  /** What of marked columns goes into the prediction log; null where all of them does. */
  maskLog: Nullable(Type.Enum(['drop', 'hash'])),
  createdAt: Time,
});
export type Deployment = Static<typeof Deployment>;

export const DeploymentStatus = Type.Object({
  deployment: Deployment,
  signature: Signature,
  requests: Type.Integer(),
  rows: Type.Integer(),
  errors: Type.Integer(),
  /** Milliseconds, null before the first request. */
  latency: Type.Object({ p50: Nullable(Type.Number()), p95: Nullable(Type.Number()), p99: Nullable(Type.Number()) }),
  /** Of the last 60 minutes, oldest first. */
  minutes: Type.Array(
    Type.Object({
      at: Time,
      requests: Type.Integer(),
      errors: Type.Integer(),
      p50: Nullable(Type.Number()),
      p95: Nullable(Type.Number()),
    }),
  ),
  /** Those in the server's memory, oldest first; none where it does not run. */
  versions: Type.Array(VersionStatus),
  /** What a rollback would put back. */
  versionBefore: Nullable(Type.Integer()),
  /** How the server's log does; null where it does not run. */
  log: Nullable(ServingStatus.properties.log),
  releases: Type.Array(
    Type.Object({
      version: Type.Integer(),
      at: Time,
      reason: Type.String(),
      /** `traffic`: the version answers some callers, or none any more; the others are versions for all. */
      kind: Type.Enum(['release', 'rollback', 'traffic']),
    }),
  ),
});
export type DeploymentStatus = Static<typeof DeploymentStatus>;

const MaskLog = Type.Enum(['drop', 'hash', 'none']);
const DeploymentInput = Type.Object({ deployment: Type.String() });
const DeploymentOutput = Type.Object({ deployment: Deployment });

const SettingsOutput = Type.Object({
  deployment: Deployment,
  settings: DeploymentSettings,
  /** With the defaults of what is not set. */
  effective: WholeSettings,
  /** Where other machines reach it; none where it is closed to the network. */
  addresses: Type.Array(Type.String()),
});

export const deployCalls = {
  ...streamCalls,
  ...logCalls,
  ...deployKeyCalls,
  ...watchCalls,
  start: command(
    'deploy.start',
    'Starts a prediction server for a model version or alias.',
    Type.Object({
      reference: ModelReference,
      name: Type.Optional(Name),
      port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535 })),
      /**
       * What of columns marked personal or sensitive goes into the prediction log: nothing, pseudonyms of texts, or all;
       * as before where it is left out.
       */
      maskLog: Type.Optional(MaskLog),
      /** Also where it runs and the version refuses what its callers may send. */
      acceptBreaking: Type.Optional(Type.Boolean()),
      canary: Type.Optional(Canary),
      shadow: Type.Optional(Type.Integer({ minimum: 1 })),
    }),
    Type.Object({
      deployment: Type.String(),
      id: Type.String(),
      url: Type.String(),
      port: Type.Integer(),
      version: Type.Integer(),
      status: Type.String(),
      warnings: Type.Array(Type.Object({ code: Type.String(), message: Type.String() })),
    }),
  ),
  stop: command(
    'deploy.stop',
    'Stops a prediction server after the requests in flight.',
    DeploymentInput,
    DeploymentOutput,
  ),
  traffic: command(
    'deploy.traffic',
    'Divides the requests over versions of the model: a canary for some callers, a shadow for comparison, bounds that take a version back.',
    Type.Object({
      deployment: Type.String(),
      /** Null takes it away; what is absent stays. */
      canary: Type.Optional(Nullable(Canary)),
      shadow: Type.Optional(Nullable(Type.Integer({ minimum: 1 }))),
      bounds: Type.Optional(Nullable(RollbackBounds)),
      /** Also where the canary refuses what callers may send. */
      acceptBreaking: Type.Optional(Type.Boolean()),
    }),
    DeploymentOutput,
  ),
  promote: command(
    'deploy.promote',
    'Lets the canary answer all requests; an alias that is followed moves to it.',
    Type.Object({ deployment: Type.String(), acceptBreaking: Type.Optional(Type.Boolean()) }),
    DeploymentOutput,
  ),
  rollback: command(
    'deploy.rollback',
    'Puts back the version that answered before; an alias is followed no more.',
    DeploymentInput,
    DeploymentOutput,
  ),
  maskLog: command(
    'deploy.maskLog',
    'Says what of marked columns goes into the prediction log, from the next request on.',
    Type.Object({ deployment: Type.String(), maskLog: MaskLog }),
    DeploymentOutput,
  ),
  configure: command(
    'deploy.configure',
    'Changes settings of a deployment. A server that runs does so at once; for another host or port it is started again.',
    Type.Object({
      deployment: Type.String(),
      settings: SettingsChange,
      /** Null for any free one. */
      port: Type.Optional(Nullable(Type.Integer({ minimum: 1, maximum: 65535 }))),
    }),
    SettingsOutput,
  ),
  settings: query('deploy.settings', 'What is set of a deployment.', DeploymentInput, SettingsOutput),
  list: query('deploy.list', 'All deployments.', Type.Object({}), Type.Object({ deployments: Type.Array(Deployment) })),
  status: query('deploy.status', 'Live figures of a deployment.', DeploymentInput, DeploymentStatus),
  try: command(
    'deploy.try',
    'Sends one row to a deployment, as its own address would answer it.',
    Type.Object({
      deployment: Type.String(),
      row: Type.Record(Type.String(), Type.Unknown()),
      /** Also what each column adds to the answer. */
      explanation: Type.Optional(Type.Boolean()),
    }),
    Type.Unknown(),
  ),
  modelFiles: query(
    'deploy.modelFiles',
    'The files of a model version, for a process on this machine that runs it.',
    Type.Object({ reference: ModelReference }),
    Type.Object({
      model: Type.String(),
      version: Type.Integer(),
      files: Type.Array(VersionFile),
    }),
  ),
  predict: jobCommand(
    'deploy.predict',
    'Scores a file or a dataset version with a model version.',
    Type.Object({
      reference: ModelReference,
      /** Path of a CSV or Parquet file, or a dataset version: what has a path or an ending is a file. */
      in: Type.String(),
      /** Path of a CSV or Parquet file. */
      out: Type.String(),
    }),
    Type.Object({
      rows: Type.Integer(),
      /** Of those, the rows that an earlier try had answered before it was stopped. */
      kept: Type.Integer(),
      seconds: Type.Number(),
      out: Type.String(),
    }),
  ),
};
