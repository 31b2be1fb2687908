import Type, { type Static } from 'typebox';
import { jobCommand } from './call.ts';
import { Finding } from './data-findings.ts';
import { DatasetReference } from './data-rows.ts';
import { Nullable } from './values.ts';

/** How two columns are compared: two numbers, two categories, or one of each. */
const Measure = Type.Enum(['pearson', 'cramers_v', 'correlation_ratio']);

export const ColumnRelation = Type.Object({
  name: Type.String(),
  kind: Type.Enum(['number', 'category']),
  measure: Measure,
  /** Pearson's r (-1 to 1), Cramér's V or the correlation ratio (0 to 1); null where one side is constant. */
  value: Nullable(Type.Number()),
  /** Spearman's rank correlation of two numbers. */
  spearman: Nullable(Type.Number()),
  /** With the target, in nats. */
  mutualInformation: Type.Number(),
  /** How well the column alone tells the target in rows that were held back: ROC AUC of classes, R² of numbers. */
  score: Nullable(Type.Number()),
});
export type ColumnRelation = Static<typeof ColumnRelation>;

export const Relations = Type.Object({
  target: Nullable(Type.String()),
  /** How `score` is measured; null without a target. */
  scoredBy: Nullable(Type.Enum(['auc', 'r2'])),
  /** Rows of the version, and the ones that were looked at. */
  rows: Type.Integer(),
  rowsUsed: Type.Integer(),
  /** By mutual information, most first; none without a target. */
  columns: Type.Array(ColumnRelation),
  leftOut: Type.Array(Type.Object({ column: Type.String(), reason: Type.String() })),
  /** Every pair of up to 60 columns. */
  pairs: Type.Object({
    columns: Type.Array(Type.String()),
    /** As `ColumnRelation.value`, row by row. */
    values: Type.Array(Type.Array(Nullable(Type.Number()))),
    spearman: Type.Array(Type.Array(Nullable(Type.Number()))),
  }),
  /** What may give the target away. */
  leaks: Type.Array(Finding),
});
export type Relations = Static<typeof Relations>;

export const dataRelationCalls = {
  relations: jobCommand(
    'data.relations',
    'How columns go with each other and with a target, and which may give the target away.',
    Type.Object({
      reference: DatasetReference,
      target: Type.Optional(Type.String()),
      /** No values of marked columns in what is said of leaks. */
      masked: Type.Optional(Type.Boolean()),
    }),
    Relations,
  ),
};
