import Type, { type Static } from 'typebox';
import { command, query } from './call.ts';
import { ModelReference } from './package.ts';
import { Nullable, Time } from './values.ts';

/** Folders whose files get their predictions beside them. */
export const WatchedFolder = Type.Object({
  /** The name of the folder, with a number where another watch has it. */
  name: Type.String(),
  /** Its path. */
  folder: Type.String(),
  /** The model; an alias is looked up for each job, which scores one large file or some small ones. */
  reference: Type.String(),
  /**
   * `settling`: a file is still written; `failed`: no file can be scored, as the message says; `stopped`: no engine
   * works on it.
   */
  state: Type.Enum(['watching', 'settling', 'scoring', 'failed', 'stopped']),
  message: Nullable(Type.String()),
  /** Files whose last try succeeded, and whose last try failed. */
  scored: Type.Integer(),
  failed: Type.Integer(),
  /** The one that was scored last. */
  lastFile: Nullable(Type.Object({ file: Type.String(), version: Type.Integer(), rows: Type.Integer(), at: Time })),
  /** Of the files that failed, the one that did so last. */
  lastError: Nullable(
    Type.Object({ file: Type.String(), code: Type.String(), message: Type.String(), hint: Type.String(), at: Time }),
  ),
  createdAt: Time,
});
export type WatchedFolder = Static<typeof WatchedFolder>;

const WatchesOutput = Type.Object({ watches: Type.Array(WatchedFolder) });

export const watchCalls = {
  watch: command(
    'deploy.watch',
    'Scores each CSV or Parquet file that is put into a folder; a folder that is watched gets another model.',
    Type.Object({
      reference: ModelReference,
      /** Absolute path. */
      folder: Type.String(),
    }),
    Type.Object({ watch: WatchedFolder }),
  ),
  watches: query('deploy.watches', 'The folders whose files are scored.', Type.Object({}), WatchesOutput),
  unwatch: command(
    'deploy.unwatch',
    'Scores the files of a folder no more; what was written stays.',
    Type.Object({
      name: Type.String(),
      /** Its path, for where no watch has the name. */
      folder: Type.Optional(Type.String()),
    }),
    WatchesOutput,
  ),
};
