import type { Frame } from '../base/frame.ts';
import type { dataCalls } from '../contract/data.ts';
import type { CheckResult } from '../contract/data-expectations.ts';
import type { Marks } from '../contract/data-privacy.ts';
import type { EngineContext, Phase } from '../jobs/context.ts';
import { readFrame } from '../store/frames.ts';
import { dataHandlers } from './calls.ts';
import { createCleaning } from './cleaning/calls.ts';
import { createSources } from './connections/sources.ts';
import { checkElsewhere, type RowsElsewhere } from './expectations/check-elsewhere.ts';
import { expectationText } from './expectations/expectation-file.ts';
import { createHistory } from './history/calls.ts';
import type { RenameListener } from './history/labels.ts';
import { type Purged, type PurgeOrder, purge } from './history/purge.ts';
import { versionOfRun } from './history/version-of-run.ts';
import { DatasetPointers } from './pointers/dataset-pointers.ts';
import { RemotePointers } from './pointers/remote-pointers.ts';
import { openNamedRemote } from './remotes/calls.ts';
import type { RemoteStore } from './remotes/remote-store.ts';
import type { SchemaColumn } from './schema.ts';
import { DataStore, type StoredVersion } from './store.ts';
import { unknownColumn } from './unknown-column.ts';
import { readablePaths } from './versions/reading-form.ts';
import { resolveVersion } from './versions/resolve.ts';
import { type VersionProblem, verifyVersions } from './versions/verify.ts';

export { DatasetPointer, type DatasetPointers } from './pointers/dataset-pointers.ts';
export { RemotePointer, RemotePointers, remoteFault } from './pointers/remote-pointers.ts';
export { markOf } from './privacy/mark-of.ts';
export { datasetsWithRows, remoteDatasets } from './remotes/remote-datasets.ts';
export { damaged as remoteDamaged } from './remotes/remote-errors.ts';
export type { RemoteStore } from './remotes/remote-store.ts';
export { globTest } from './sources/glob-pattern.ts';
export { readSamples, sampleLicense } from './sources/samples.ts';
export { unknownColumn } from './unknown-column.ts';
export { readYaml, writtenPath, type YamlDocument, type YamlPath } from './yaml-document.ts';

/** A dataset version as later phases use it. */
export interface ResolvedVersion {
  /** `dsv_…`: what the phase registers in `uses` under the kind `dataset_version`. */
  id: string;
  dataset: { id: string; name: string };
  number: number;
  identity: string;
  rows: number;
  schema: SchemaColumn[];
  keyColumns: string[];
  timeColumn: string | null;
  /** Columns that are marked as personal or sensitive. */
  marks: Marks;
}

/** A version whose rows can be read. */
export interface ReadableVersion extends ResolvedVersion {
  /** Parquet files in the order of their rows, with the columns of the schema. */
  paths: string[];
}

/** What the columns of datasets tell of people. */
export interface ColumnMarks {
  /** Marked columns of a dataset by name, also of a deleted one; undefined where it is gone for good, and its marks with it. */
  of(dataset: string): Marks | undefined;
  /** The project's own key for pseudonyms. */
  key(): Buffer;
}

export interface DataPhase extends Phase<typeof dataCalls> {
  /**
   * The version that `NAME`, `NAME@3`, `NAME@latest` or `NAME@sha256:…` names.
   * @throws GalleyError `data.invalid_reference`, `data.unknown_dataset`, `data.unknown_version`
   */
  resolve(reference: string): ResolvedVersion;
  /** A version with these rows, by their hash, of whatever dataset; undefined where there is none. */
  withRows(identity: string): ResolvedVersion | undefined;
  marks: ColumnMarks;
  /**
   * The same, with the files of its rows.
   * @throws GalleyError as `resolve`, `store.missing_blob`
   */
  open(reference: string): Promise<ReadableVersion>;
  /**
   * A version by its id; where it was deleted another one with the same rows, of whatever dataset.
   * @throws GalleyError `data.deleted_version`, `data.purged_version`, `store.missing_blob`
   */
  openVersion(id: string, identity: string): Promise<ReadableVersion>;
  /** The listener is called inside the transaction of every renaming; what it throws undoes it. */
  onRenamed(listener: RenameListener): void;
  /** Empties the bin. */
  purge(order: PurgeOrder): Purged;
  /**
   * Rows of a version in memory, all columns or the named ones.
   * @throws GalleyError `data.unknown_column`
   */
  frame(version: ReadableVersion, columns?: readonly string[]): Promise<Frame>;
  /** What is expected of a dataset, as its file says it; empty where nothing is. */
  expectationText(dataset: string): string;
  /** How rows of elsewhere meet what is expected of a dataset's values. @throws GalleyError `data.invalid_expectations` */
  checkElsewhere(dataset: string, rows: RowsElsewhere): Promise<CheckResult[]>;
  /** Datasets and remotes as files of a repository name them. */
  pointers: { datasets: DatasetPointers; remotes: RemotePointers };
  /**
   * A remote of the project, which the caller closes; undefined as its name for the only one.
   * @throws GalleyError `data.unknown_remote`, `data.secret_needed`, `data.remote_…`
   */
  openRemote(name?: string): Promise<RemoteStore>;
  /** Names of the datasets whose files are watched. */
  watched(): string[];
  /** What is wrong with versions, beyond their stored files. */
  verify(): Promise<VersionProblem[]>;
}

function resolvedOf(store: DataStore, version: StoredVersion): ResolvedVersion {
  const { id, dataset, number, identity, rows, manifest } = version;
  return {
    id,
    dataset: { id: dataset.id, name: dataset.name },
    number,
    identity,
    rows,
    schema: manifest.schema,
    keyColumns: dataset.keyColumns,
    timeColumn: dataset.timeColumn,
    marks: store.marks.marks(dataset.id),
  };
}

/** The phase that owns datasets and their immutable versions. */
export function createDataPhase(context: EngineContext): DataPhase {
  const store = new DataStore(context.database);
  const cleaning = createCleaning(context, store);
  const parts = createHistory(context, store);
  const sources = createSources(context, store);
  return {
    handlers: dataHandlers(context, store, cleaning, parts, sources),

    start: async () => {
      sources.watcher.start();
      await cleaning.watcher.check();
    },

    answered: () => cleaning.watcher.settled(),

    stop: async () => {
      sources.watcher.stop();
      await cleaning.watcher.stop();
    },

    onRenamed: (listener) => parts.labels.onRenamed(listener),
    purge: (order) => purge(context, parts.bin, parts.history, order),
    openVersion: async (id, identity) => {
      const version = versionOfRun(store, parts.history, id, identity);
      return { ...resolvedOf(store, version), paths: await readablePaths(context, version) };
    },

    marks: {
      of: (name) => store.marks.ofName(name),
      key: () => store.marks.key(),
    },

    resolve: (reference) => resolvedOf(store, resolveVersion(store, reference)),
    withRows: (identity) => {
      const version = store.anyVersionByIdentity(identity);
      return version && resolvedOf(store, version);
    },

    expectationText: (dataset) => expectationText(context.project.path, dataset),
    checkElsewhere: (dataset, rows) => checkElsewhere(context, store, dataset, rows),

    pointers: {
      datasets: new DatasetPointers(context, store),
      remotes: new RemotePointers(context, sources.secrets),
    },
    watched: () =>
      store
        .datasets()
        .map(({ name }) => name)
        .filter((name) => (sources.view(name)?.watch ?? 'off') !== 'off'),

    verify: () => verifyVersions(context, store),
    openRemote: (name) => openNamedRemote(context, sources.secrets, name),

    async open(reference) {
      const version = resolveVersion(store, reference);
      return { ...resolvedOf(store, version), paths: await readablePaths(context, version) };
    },

    frame(version, columns = version.schema.map((column) => column.name)) {
      const wanted = columns.map((name) => {
        const column = version.schema.find((known) => known.name === name);
        if (!column) {
          const names = version.schema.map((known) => known.name);
          throw unknownColumn(name, names);
        }
        return column;
      });
      return context.duck.use((connection) => readFrame(connection, version.paths, wanted));
    },
  };
}
