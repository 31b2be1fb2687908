import Type, { type Static } from 'typebox';

const Value = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]);
const Bound = Type.Union([Type.Number(), Type.String()]);
/** Values of columns that rows must have: one value (null is missing), or a range from (included) to (excluded). */
const Where = Type.Record(
  Type.String(),
  Type.Union([Value, Type.Object({ from: Type.Optional(Bound), to: Type.Optional(Bound) })]),
);
export type Where = Static<typeof Where>;

const shared = { name: Type.String({ minLength: 1, maxLength: 200 }), note: Type.Optional(Type.String()) };
/** The class whose probability is meant; the second of two where it is left out. */
const scored = { class: Type.Optional(Type.String()) };

/** Every kind of test with its members; docs/formats.md describes them. */
export const testSchemas = {
  metric: Type.Object({
    kind: Type.Literal('metric'),
    ...shared,
    metric: Type.String(),
    minimum: Type.Optional(Type.Number()),
    maximum: Type.Optional(Type.Number()),
    where: Type.Optional(Where),
    /** With fewer rows the test cannot be run; 20 where it is left out. */
    least_rows: Type.Optional(Type.Integer({ minimum: 1 })),
  }),
  row: Type.Object({
    kind: Type.Literal('row'),
    ...shared,
    row: Type.Record(Type.String(), Value),
    /** The answered class. */
    label: Type.Optional(Type.String()),
    ...scored,
    /** Of the number, or of the probability of the class. */
    minimum: Type.Optional(Type.Number()),
    maximum: Type.Optional(Type.Number()),
  }),
  direction: Type.Object({
    kind: Type.Literal('direction'),
    ...shared,
    column: Type.String(),
    /** What is added to the column. */
    raise: Type.Number(),
    /** What the answer may not become. */
    never: Type.Enum(['lower', 'higher']),
    /** A change up to this counts as none; 0 where it is left out. */
    tolerance: Type.Optional(Type.Number({ minimum: 0 })),
    ...scored,
    where: Type.Optional(Where),
  }),
  invariance: Type.Object({
    kind: Type.Literal('invariance'),
    ...shared,
    column: Type.String(),
    /** The values that are tried; all that the holdout has (at most 20) where they are left out. */
    values: Type.Optional(Type.Array(Value, { minItems: 2, maxItems: 100 })),
    /** The answer may change by no more than this. */
    most: Type.Number({ minimum: 0 }),
    ...scored,
    where: Type.Optional(Where),
  }),
};

export type ModelTestKind = keyof typeof testSchemas;
export const modelTestKinds = Object.keys(testSchemas) as ModelTestKind[];
export type ModelTest = { [Kind in ModelTestKind]: Static<(typeof testSchemas)[Kind]> }[ModelTestKind];

/** A test as a sentence. */
export function testWords(test: ModelTest): string {
  switch (test.kind) {
    case 'metric':
      return `${test.metric} ${boundWords(test)}${whereWords(test.where)}`;
    case 'row': {
      const answer = test.label === undefined ? `${answerWords(test)} ${boundWords(test)}` : `answered ${test.label}`;
      return `the row ${whereWords(test.row).slice(' where '.length)}: ${answer}`;
    }
    case 'direction':
      return `${test.column} raised by ${test.raise} never makes ${answerWords(test)} ${test.never}${whereWords(test.where)}`;
    case 'invariance':
      return `${test.column} changes ${answerWords(test)} by at most ${test.most}${whereWords(test.where)}`;
  }
}

function answerWords({ class: name }: { class?: string }): string {
  return name === undefined ? 'the answer' : `the probability of ${name}`;
}

function boundWords({ minimum, maximum }: { minimum?: number; maximum?: number }): string {
  const bounds = [
    ...(minimum === undefined ? [] : [`at least ${minimum}`]),
    ...(maximum === undefined ? [] : [`at most ${maximum}`]),
  ];
  return bounds.join(' and ');
}

function whereWords(where: Where | undefined): string {
  if (where === undefined) return '';
  const conditions = Object.entries(where).map(([column, wanted]) => {
    if (wanted === null) return `${column} missing`;
    if (typeof wanted !== 'object') return `${column} = ${String(wanted)}`;
    const { from, to } = wanted;
    return [column, ...(from === undefined ? [] : [`from ${from}`]), ...(to === undefined ? [] : [`below ${to}`])].join(
      ' ',
    );
  });
  return ` where ${conditions.join(' and ')}`;
}
