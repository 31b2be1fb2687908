import Type, { type Static } from 'typebox';
import { command, jobCommand, query } from './call.ts';
import { adoptedCalls } from './package-adopted.ts';
import { packageCardCalls } from './package-card.ts';
import { packageComparisonCalls } from './package-comparison.ts';
import { packageLineageCalls } from './package-lineage.ts';
import { packageNotebookCalls } from './package-notebook.ts';
import { packageRegistryCalls, RegistryChange, registryLabels } from './package-registry.ts';
import { packageRemoteCalls } from './package-remotes.ts';
import { packageVerificationCalls } from './package-verification.ts';
import { ArchiveChoice } from './train-tracking.ts';
import { Metrics, Name, Nullable, Problem, Signature, Time } from './values.ts';

/** `MODEL`, `MODEL@3` or `MODEL@alias`. */
export const ModelReference = Type.String({ minLength: 1 });

export const ModelVersion = Type.Object({
  id: Type.String(),
  model: Type.String(),
  version: Type.Integer(),
  aliases: Type.Array(Type.String()),
  runId: Type.String(),
  learner: Type.String(),
  dataset: Type.Object({ name: Type.String(), version: Type.Integer(), identity: Type.String() }),
  target: Type.String(),
  task: Type.String(),
  metrics: Metrics,
  metric: Type.Object({ name: Type.String(), lowerIsBetter: Type.Boolean() }),
  onnx: Type.Object({ path: Type.String(), sha256: Type.String(), bytes: Type.Integer() }),
  parity: Type.Object({ rows: Type.Integer(), max_abs_diff: Type.Number() }),
  ...registryLabels,
  createdAt: Time,
});
export type ModelVersion = Static<typeof ModelVersion>;

export const AliasMove = Type.Object({
  alias: Type.String(),
  from: Nullable(Type.Integer()),
  /** Null where the alias was removed. */
  to: Nullable(Type.Integer()),
  at: Time,
  by: Type.String(),
  reason: Type.String(),
});
export type AliasMove = Static<typeof AliasMove>;

export const ModelSummary = Type.Object({
  id: Type.String(),
  name: Type.String(),
  target: Type.String(),
  versions: Type.Array(ModelVersion),
  ...registryLabels,
  aliases: Type.Record(Type.String(), Type.Integer()),
  /** The version that a rollback leads to, by alias; also of aliases that were removed. */
  rollbacks: Type.Record(Type.String(), Type.Integer()),
  history: Type.Array(AliasMove),
  /** Newest first, as the history is. */
  changes: Type.Array(RegistryChange),
  createdAt: Time,
});
export type ModelSummary = Static<typeof ModelSummary>;

export const LineageStep = Type.Object({
  kind: Type.Enum(['source', 'dataset', 'run', 'version', 'deployment', 'alert']),
  id: Type.String(),
  title: Type.String(),
  lines: Type.Array(Type.String()),
  phase: Type.String(),
});

/** What a version can be handed over as. */
export const exportFormats = ['onnx', 'card', 'html', 'docker', 'kubernetes', 'mlflow'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export const packageCalls = {
  ...adoptedCalls,
  ...packageRegistryCalls,
  ...packageComparisonCalls,
  ...packageNotebookCalls,
  ...packageLineageCalls,
  add: jobCommand(
    'package.add',
    'Makes a model version of a run: one ONNX file that passed the parity gate.',
    Type.Object({
      run: Type.String(),
      model: Name,
      alias: Type.Optional(Type.String()),
      /** Binary only: from which probability on the label is the second class; the one the run was judged with where absent. */
      threshold: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
      /** As of `package.alias`. */
      acceptBreaking: Type.Optional(Type.Boolean()),
    }),
    Type.Object({
      model: Type.String(),
      version: Type.Integer(),
      onnx: ModelVersion.properties.onnx,
      signature: Signature,
      parity: ModelVersion.properties.parity,
      aliases: Type.Array(Type.String()),
    }),
  ),
  list: query(
    'package.list',
    'All models with their versions and aliases, archived ones aside.',
    Type.Object({
      /** Without archived models and versions where left out. */
      archived: Type.Optional(ArchiveChoice),
      /** Words that all must occur in what is said of a model or of the version; other versions are left out. */
      search: Type.Optional(Type.String({ maxLength: 500 })),
    }),
    Type.Object({ models: Type.Array(ModelSummary) }),
  ),
  show: query(
    'package.show',
    'A version with its signature and lineage.',
    Type.Object({ reference: ModelReference }),
    Type.Object({
      version: ModelVersion,
      signature: Signature,
      lineage: Type.Array(LineageStep),
      history: Type.Array(AliasMove),
      changes: Type.Array(RegistryChange),
    }),
  ),
  alias: command(
    'package.alias',
    'Points an alias at a version.',
    Type.Object({
      reference: ModelReference,
      alias: Name,
      reason: Type.Optional(Type.String()),
      /** Also where a deployment that runs and follows gets a version that refuses what its callers may send. */
      acceptBreaking: Type.Optional(Type.Boolean()),
    }),
    Type.Object({
      model: Type.String(),
      alias: Type.String(),
      version: Type.Integer(),
      previous: Nullable(Type.Integer()),
    }),
  ),
  rollback: command(
    'package.rollback',
    'Points an alias back at the version it had before.',
    Type.Object({ model: Type.String(), alias: Type.String() }),
    Type.Object({
      model: Type.String(),
      alias: Type.String(),
      version: Type.Integer(),
      previous: Nullable(Type.Integer()),
    }),
  ),
  export: jobCommand(
    'package.export',
    'Writes a version to a folder that is not there yet, or is empty.',
    Type.Object({
      reference: ModelReference,
      format: Type.Enum([...exportFormats]),
      to: Type.String({ minLength: 1 }),
      /** One archive in the folder, in place of the files. */
      zip: Type.Optional(Type.Boolean()),
    }),
    Type.Object({
      files: Type.Array(Type.Object({ path: Type.String(), sha256: Type.String() })),
      warnings: Type.Array(Problem),
    }),
  ),
  ...packageCardCalls,
  ...packageRemoteCalls,
  ...packageVerificationCalls,
};
