import Type, { type Static } from 'typebox';
import { query } from './call.ts';
import { TaskKind } from './values.ts';

const Value = Type.Union([Type.Number(), Type.String(), Type.Boolean()]);

/** One parameter of a learner, from its schema. */
export const LearnerParameter = Type.Object({
  name: Type.String(),
  kind: Type.Enum(['number', 'integer', 'boolean', 'choice', 'text']),
  description: Type.String(),
  /** What the learner takes where nothing is given. */
  default: Value,
  minimum: Type.Optional(Type.Number()),
  maximum: Type.Optional(Type.Number()),
  exclusiveMinimum: Type.Optional(Type.Number()),
  exclusiveMaximum: Type.Optional(Type.Number()),
  /** Of a `choice`. */
  choices: Type.Optional(Type.Array(Type.String())),
});
export type LearnerParameter = Static<typeof LearnerParameter>;

export const LearnerDescription = Type.Object({
  name: Type.String(),
  title: Type.String(),
  description: Type.String(),
  parameters: Type.Array(LearnerParameter),
});
export type LearnerDescription = Static<typeof LearnerDescription>;

export const learnersCall = query(
  'train.learners',
  'The learners with their parameters, and the metrics that can rank runs of each kind of task.',
  Type.Object({}),
  Type.Object({
    /** Simplest first. */
    learners: Type.Array(LearnerDescription),
    metrics: Type.Array(
      Type.Object({
        task: TaskKind,
        /** Ranks where nothing else is asked for. */
        default: Type.String(),
        names: Type.Array(Type.String()),
      }),
    ),
  }),
);
