import Type, { type Static } from 'typebox';
import { command, query } from './call.ts';
import { DatasetReference } from './data-rows.ts';
import { Name, Nullable, Time } from './values.ts';

/** Who uses something, directly or through others: a run, the model versions made of it, their deployments, pipelines. */
export const DataUser = Type.Object({ kind: Type.String(), id: Type.String(), label: Type.String() });
export type DataUser = Static<typeof DataUser>;

export const HistoryVersion = Type.Object({
  id: Type.String(),
  dataset: Type.String(),
  version: Type.Integer(),
  identity: Type.String(),
  rows: Type.Integer(),
  /** `gone`: removed from the disk, so that only this is known of it. */
  state: Type.Enum(['kept', 'deleted', 'gone']),
  /** How it came to be; null where that was never said. */
  origin: Nullable(Type.Object({ kind: Type.String(), detail: Type.Record(Type.String(), Type.Unknown()) })),
  /** Ids of the versions that it was made of. */
  parents: Type.Array(Type.String()),
  /** Rows that differ from the first parent, null where nobody counted them. */
  changes: Nullable(Type.Object({ added: Type.Integer(), removed: Type.Integer(), changed: Type.Integer() })),
  /** Rows that it has more (or, negative, less) than the version before. */
  rowsAdded: Type.Integer(),
  bytes: Type.Integer(),
  /** How many files its rows stand in, and how many rows of these are gone or come besides; null where it is gone. */
  storage: Nullable(Type.Object({ parts: Type.Integer(), removed: Type.Integer(), inserted: Type.Integer() })),
  /** Bytes that no other version needs. */
  ownBytes: Type.Integer(),
  tags: Type.Array(Type.String()),
  note: Type.String(),
  usedBy: Type.Array(DataUser),
  createdAt: Nullable(Time),
});
export type HistoryVersion = Static<typeof HistoryVersion>;

export const BinItem = Type.Object({
  kind: Type.Enum(['dataset', 'version']),
  /** `ds_…` or `dsv_…`; `data.restore` takes it too. */
  id: Type.String(),
  /** `NAME` or `NAME@3`. */
  reference: Type.String(),
  versions: Type.Integer(),
  rows: Type.Integer(),
  /** Bytes that emptying the bin frees. */
  bytes: Type.Integer(),
  deletedAt: Time,
  usedBy: Type.Array(DataUser),
});
export type BinItem = Static<typeof BinItem>;

const VersionUsage = Type.Object({ version: Type.Integer(), bytes: Type.Integer(), ownBytes: Type.Integer() });

export const DataUsage = Type.Object({
  datasets: Type.Array(
    Type.Object({
      name: Type.String(),
      bytes: Type.Integer(),
      ownBytes: Type.Integer(),
      versions: Type.Array(VersionUsage),
    }),
  ),
  /** What emptying the bin frees. */
  bin: Type.Integer(),
  /** Kept comparisons and rows that were put together: made again when they are needed. */
  caches: Type.Integer(),
  /** Models, holdout predictions, compacted prediction logs and whatever else is stored by its content. */
  otherFiles: Type.Integer(),
  logs: Type.Integer(),
  database: Type.Integer(),
  total: Type.Integer(),
});
export type DataUsage = Static<typeof DataUsage>;

const Tag = Type.String({ minLength: 1, maxLength: 64 });

export const dataHistoryCalls = {
  history: query(
    'data.history',
    'The versions of a dataset as a graph: what each was made of, and the versions of other datasets beside it.',
    Type.Object({ name: Type.String() }),
    Type.Object({
      dataset: Type.Object({ id: Type.String(), name: Type.String(), note: Type.String() }),
      /** Newest first. */
      versions: Type.Array(HistoryVersion),
      /** Newest first; null is nowhere. */
      tagMoves: Type.Array(
        Type.Object({ tag: Type.String(), from: Nullable(Type.Integer()), to: Nullable(Type.Integer()), at: Time }),
      ),
      renames: Type.Array(Type.Object({ from: Type.String(), to: Type.String(), at: Time })),
    }),
  ),
  tag: command(
    'data.tag',
    'Puts a tag on a version; one that stands on another version moves.',
    Type.Object({ reference: DatasetReference, tag: Tag }),
    Type.Object({
      dataset: Type.String(),
      tag: Type.String(),
      version: Type.Integer(),
      previous: Nullable(Type.Integer()),
    }),
  ),
  untag: command(
    'data.untag',
    'Takes a tag away.',
    Type.Object({ name: Type.String(), tag: Tag }),
    Type.Object({ dataset: Type.String(), tag: Type.String(), previous: Type.Integer() }),
  ),
  note: command(
    'data.note',
    'Writes a note on a version (NAME@3) or on a dataset (NAME); an empty text takes it away.',
    Type.Object({ reference: DatasetReference, note: Type.String({ maxLength: 10_000 }) }),
    Type.Object({ dataset: Type.String(), version: Nullable(Type.Integer()), note: Type.String() }),
  ),
  rename: command(
    'data.rename',
    'Gives a dataset another name; runs, pipelines and whatever else uses it go on with it.',
    Type.Object({ name: Type.String(), to: Name }),
    Type.Object({ dataset: Type.String(), previous: Type.String() }),
  ),
  delete: command(
    'data.delete',
    'Puts a version (NAME@3) or a dataset (NAME) into the bin; refused where something uses it, unless forced.',
    Type.Object({ reference: DatasetReference, force: Type.Optional(Type.Boolean()) }),
    BinItem,
  ),
  restore: command(
    'data.restore',
    'Takes a version or a dataset out of the bin, a dataset under another name where its own was given away.',
    Type.Object({ reference: Type.String({ minLength: 1 }), name: Type.Optional(Name) }),
    Type.Object({ kind: Type.Enum(['dataset', 'version']), reference: Type.String() }),
  ),
  bin: query(
    'data.bin',
    'What was deleted and can be restored, newest first.',
    Type.Object({}),
    Type.Object({ items: Type.Array(BinItem) }),
  ),
  usage: query('data.usage', 'What takes how much room on the disk.', Type.Object({}), DataUsage),
};
