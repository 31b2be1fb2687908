import Type, { type Static } from 'typebox';
import { jobCommand } from './call.ts';
import { Nullable } from './values.ts';

const Rate = Nullable(Type.Number());

/** Counts and rates of rows; a rate is null where there is no row to divide by. */
const Rates = {
  n: Type.Integer(),
  selected: Type.Integer(),
  positives: Type.Integer(),
  tp: Type.Integer(),
  fp: Type.Integer(),
  selection_rate: Rate,
  base_rate: Rate,
  accuracy: Rate,
  tpr: Rate,
  fpr: Rate,
  precision: Rate,
};

const Intervals = Type.Record(Type.String(), Type.Array(Type.Number()));

const GroupRates = Type.Object({
  ...Rates,
  /** Too few rows to say anything: the rates are null, and the differences leave the group out. */
  too_small: Type.Boolean(),
  /** Wilson's 95 % interval of each rate. */
  intervals: Intervals,
});

export const FairnessAnswer = Type.Object({
  /** Rows that were judged, and rows without label or answer. */
  rows: Type.Integer(),
  dropped: Type.Integer(),
  favourable: Type.String(),
  /** Groups with fewer rows are too small. */
  minimum: Type.Integer(),
  overall: Type.Object(Rates),
  by: Type.Record(
    Type.String(),
    Type.Object({
      by_group: Type.Record(Type.String(), GroupRates),
      demographic_parity_difference: Rate,
      demographic_parity_ratio: Rate,
      equalized_odds_difference: Rate,
      equalized_odds_ratio: Rate,
      equal_opportunity_difference: Rate,
      /** 95 % bootstrap interval of each difference and ratio. */
      intervals: Intervals,
      says: Type.String(),
    }),
  ),
});
export type FairnessAnswer = Static<typeof FairnessAnswer>;

export const fairnessCall = jobCommand(
  'monitor.fairness',
  'How decisions in a file treat groups of people, by the definitions of Fairlearn.',
  Type.Object({
    /** CSV, Parquet or another file that can be imported. */
    file: Type.String(),
    /** What came true. */
    label: Type.String(),
    /** A number whose row is given the favourable answer where it reaches the threshold; or the column with the answer. */
    score: Type.Optional(Type.String()),
    threshold: Type.Optional(Type.Number()),
    prediction: Type.Optional(Type.String()),
    favourable: Type.String(),
    /** Columns, or `A+B` for both at once. */
    by: Type.Array(Type.String(), { minItems: 1 }),
    /** Rows that a group needs; 10 where it is left out. */
    minimum: Type.Optional(Type.Integer({ minimum: 1 })),
  }),
  FairnessAnswer,
);
