import Type, { type Static } from 'typebox';
import { ColumnType, Name, Nullable } from '../../contract/values.ts';
import type { EngineContext } from '../../jobs/context.ts';
import { RemotesStore } from '../remotes/store.ts';
import type { DataStore, StoredDataset } from '../store.ts';

const ColumnName = Type.String({ minLength: 1, maxLength: 10_000 });

/** What a project knows of a dataset without a row of it (docs/formats.md, "Project in Git"). */
export const DatasetPointer = Type.Object({
  format: Type.Literal(1),
  id: Type.String({ pattern: '^ds_[0-9a-zA-Z-]{1,64}$' }),
  name: Name,
  key_columns: Type.Array(ColumnName, { maxItems: 10_000 }),
  time_column: Nullable(ColumnName),
  /** Columns that tell of people, by name. */
  marks: Type.Record(Type.String(), Type.Enum(['personal', 'sensitive'])),
  /** Of the newest version. */
  columns: Type.Array(
    Type.Object({
      name: ColumnName,
      type: ColumnType,
      scale: Type.Optional(Type.Integer({ minimum: 0, maximum: 38 })),
    }),
    { maxItems: 10_000 },
  ),
  /** By number. */
  versions: Type.Array(
    Type.Object({
      number: Type.Integer({ minimum: 1 }),
      id: Type.String({ pattern: '^dsv_[0-9a-zA-Z-]{1,64}$' }),
      identity: Type.String({ pattern: '^sha256:[0-9a-f]{64}$' }),
      rows: Type.Integer({ minimum: 0 }),
    }),
    { maxItems: 100_000 },
  ),
});
export type DatasetPointer = Static<typeof DatasetPointer>;
export type VersionPointer = DatasetPointer['versions'][number];

/** Datasets as pointers, and what pointers from elsewhere say of datasets that are here. */
export class DatasetPointers {
  readonly #context: Pick<EngineContext, 'database' | 'clock'>;
  readonly #store: DataStore;
  readonly #remotes: RemotesStore;

  constructor(context: Pick<EngineContext, 'database' | 'clock'>, store: DataStore) {
    this.#context = context;
    this.#store = store;
    this.#remotes = new RemotesStore(context.database);
  }

  /** By name. */
  all(): DatasetPointer[] {
    return this.#store.datasets().map((dataset) => this.#of(dataset));
  }

  /** Whether the project has the dataset, or had it. */
  knows(id: string): boolean {
    return this.#store.datasetById(id) !== undefined;
  }

  /** Those of versions that the project never had. */
  unknown(versions: readonly VersionPointer[]): VersionPointer[] {
    const known = new Set([...this.#remotes.knownVersions(), ...this.#remotes.purgedVersions()]);
    return versions.filter(({ id }) => !known.has(id));
  }

  /** Gives a dataset that is here the key, time column and marks that a pointer names; call it in a transaction. */
  apply({ id, key_columns: keyColumns, time_column: timeColumn, marks }: DatasetPointer): void {
    const dataset = this.#store.datasetById(id);
    if (!dataset) return;
    const names = new Set(this.#store.latest(dataset)?.manifest.schema.map(({ name }) => name));
    const fits = [...keyColumns, ...(timeColumn === null ? [] : [timeColumn])].every((name) => names.has(name));
    if (fits) this.#store.updateDataset({ ...dataset, keyColumns, timeColumn });
    const before = this.#store.marks.marks(id);
    for (const column of Object.keys(before)) if (!Object.hasOwn(marks, column)) this.#store.marks.remove(id, column);
    for (const [column, mark] of Object.entries(marks)) {
      if (before[column] !== mark) this.#store.marks.set(id, column, mark, this.#context.clock.now());
    }
  }

  #of(dataset: StoredDataset): DatasetPointer {
    const versions = this.#store.versions(dataset).reverse();
    const marks = this.#store.marks.marks(dataset.id);
    return {
      format: 1,
      id: dataset.id,
      name: dataset.name,
      key_columns: dataset.keyColumns,
      time_column: dataset.timeColumn,
      marks,
      columns: (versions.at(-1)?.manifest.schema ?? []).map(({ name, type, scale }) => ({
        name,
        type,
        ...(scale === undefined ? {} : { scale }),
      })),
      versions: versions.map(({ number, id, identity, rows }) => ({ number, id, identity, rows })),
    };
  }
}
