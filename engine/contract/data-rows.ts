import Type, { type Static } from 'typebox';
import { query } from './call.ts';
import { ColumnType } from './values.ts';

/** `NAME`, `NAME@3`, `NAME@latest` or `NAME@sha256:…`. */
export const DatasetReference = Type.String({ minLength: 1 });

export const Cell = Type.Union([Type.Null(), Type.Boolean(), Type.Number(), Type.String()]);
export type Cell = Static<typeof Cell>;

export const SortKey = Type.Object({ column: Type.String(), descending: Type.Boolean() });
export type SortKey = Static<typeof SortKey>;

export const filterOperators = [
  '=',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'between',
  'contains',
  'starts_with',
  'one_of',
  'missing',
  'present',
] as const;
export type FilterOperator = (typeof filterOperators)[number];

/** Values are as cells show them: dates and times as ISO 8601 text. `between` takes two, `missing` and `present` none. */
export const Condition = Type.Object({
  column: Type.String(),
  operator: Type.Enum([...filterOperators]),
  values: Type.Optional(Type.Array(Cell, { maxItems: 1000 })),
});
export type Condition = Static<typeof Condition>;

const match = Type.Enum(['all', 'any']);
const Group = Type.Object({ match, conditions: Type.Array(Condition, { minItems: 1, maxItems: 100 }) });
/** Rows that meet all or any of the conditions; a condition may itself be a group. */
export const RowFilter = Type.Object({
  match,
  conditions: Type.Array(Type.Union([Condition, Group]), { minItems: 1, maxItems: 100 }),
});
export type RowFilter = Static<typeof RowFilter>;

/** Which rows of a version, in which order: what makes a view. */
export const ViewOptions = {
  reference: DatasetReference,
  filter: Type.Optional(RowFilter),
  /** An SQL condition over the columns; rows must meet it and the filter. */
  where: Type.Optional(Type.String()),
  /** Missing values come last; rows with the same values keep their order in the version. */
  sort: Type.Optional(Type.Array(SortKey, { maxItems: 10 })),
};

export const RowPage = Type.Object({
  columns: Type.Array(Type.Object({ name: Type.String(), type: ColumnType })),
  rows: Type.Array(Type.Array(Cell)),
  /** Where each row stands in the version, from 0. */
  positions: Type.Array(Type.Integer()),
  /** Rows that the filter lets through. */
  total: Type.Integer(),
});
export type RowPage = Static<typeof RowPage>;

export const dataRowCalls = {
  rows: query(
    'data.rows',
    'A page of rows of a version.',
    Type.Object({
      ...ViewOptions,
      offset: Type.Integer({ minimum: 0 }),
      limit: Type.Integer({ minimum: 1, maximum: 1000 }),
      /** Only these columns, in this order; all where absent. */
      columns: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
      /** Values of columns marked personal or sensitive are replaced by dots; missing ones stay missing. */
      masked: Type.Optional(Type.Boolean()),
    }),
    RowPage,
  ),
  prepareRows: query(
    'data.prepareRows',
    'Makes a sorted or filtered view ready, so that pages far down come quickly; answers when it is.',
    Type.Object(ViewOptions),
    Type.Object({ total: Type.Integer() }),
  ),
};
