import Type, { type Static } from 'typebox';
import { AdoptedInput, AdoptedMapping, outputForms } from './adopted-mapping.ts';
import { jobCommand } from './call.ts';
import { DatasetReference } from './data-rows.ts';
import { Run, Split } from './train.ts';
import { Name, Nullable, Problem, Signature, TaskKind } from './values.ts';

const Tensor = Type.Object({
  name: Type.String(),
  /** Element type, as `float`, or `map` for what ZipMap gives. */
  type: Type.String(),
  /** Null is a size that is only known when the file runs. */
  shape: Type.Array(Nullable(Type.Integer())),
});

/** What stands in a file from elsewhere. */
export const AdoptedFile = Type.Object({
  fileName: Type.String(),
  bytes: Type.Integer(),
  sha256: Type.String(),
  /** What made it, as `skl2onnx 1.20.0`; empty where the file does not say. */
  producer: Type.String(),
  opsets: Type.Array(Type.Object({ domain: Type.String(), version: Type.Integer() })),
  inputs: Type.Array(Tensor),
  outputs: Type.Array(Tensor),
  operators: Type.Array(Type.Object({ name: Type.String(), count: Type.Integer() })),
  /** Names of the columns of its matrix, where the file has them. */
  features: Type.Optional(Type.Array(Type.String())),
});
export type AdoptedFile = Static<typeof AdoptedFile>;

/** What is chosen by whoever adopts a model; what is left out is guessed from the file and the dataset. */
const choice = {
  /** ONNX, XGBoost JSON or UBJ, or LightGBM text; `adopt.py` sends what a notebook has. */
  path: Type.String({ minLength: 1 }),
  /** Rows as the model knows them: what monitors compare with, and, where no other rows are given, what it is judged by. */
  reference: DatasetReference,
  target: Type.String(),
  task: Type.Optional(TaskKind),
  inputs: Type.Optional(Type.Array(AdoptedInput)),
  output: Type.Optional(
    Type.Object({ tensor: Type.Optional(Type.String()), form: Type.Optional(Type.Enum([...outputForms])) }),
  ),
  classes: Type.Optional(Type.Array(Type.String())),
};
const Choice = Type.Object(choice);
export type AdoptionChoice = Static<typeof Choice>;

/** Rows and what the model itself said of them where it was made. */
export const GivenAnswers = Type.Object({
  /** Values by column; null is missing. */
  rows: Type.Array(Type.Record(Type.String(), Type.Unknown()), { minItems: 1, maxItems: 10_000 }),
  /** One a row: the class as it was answered. */
  labels: Type.Optional(Type.Array(Type.String())),
  /** One a row: the probabilities, in the order of `classes`, or the one number of a regression. */
  outputs: Type.Optional(Type.Array(Type.Array(Type.Number()))),
  /** The order of the probabilities; that of the mapping where absent. */
  classes: Type.Optional(Type.Array(Type.String())),
});
export type GivenAnswers = Static<typeof GivenAnswers>;

export const adoptedCalls = {
  inspect: jobCommand(
    'package.inspect',
    'Looks into a model file from elsewhere and guesses how its inputs and outputs belong to the columns of a dataset.',
    Type.Object({
      path: choice.path,
      reference: Type.Optional(DatasetReference),
      target: Type.Optional(Type.String()),
    }),
    Type.Object({
      file: AdoptedFile,
      /** Null where no dataset and target are given, or nothing can be guessed. */
      mapping: Nullable(AdoptedMapping),
      /** What could not be guessed, and why. */
      problems: Type.Array(Problem),
    }),
  ),
  try: jobCommand(
    'package.try',
    'Runs a model file from elsewhere on some rows of a dataset.',
    Type.Object({ ...choice, rows: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })) }),
    Type.Object({
      mapping: AdoptedMapping,
      /** In the order of `outputs`: as the target has them; empty for a regression. */
      classes: Type.Array(Type.String()),
      columns: Type.Array(Type.String()),
      rows: Type.Array(
        Type.Object({
          values: Type.Array(Type.Unknown()),
          /** What the dataset has. */
          actual: Nullable(Type.Union([Type.String(), Type.Number()])),
          label: Type.Optional(Type.String()),
          /** A probability a class, or one number; null is not finite. */
          outputs: Type.Array(Nullable(Type.Number())),
        }),
      ),
    }),
  ),
  import: jobCommand(
    'package.import',
    'Makes a model version of a file from elsewhere: checked, wrapped into one ONNX file that takes columns, judged on a dataset.',
    Type.Object({
      ...choice,
      model: Name,
      alias: Type.Optional(Type.String()),
      acceptBreaking: Type.Optional(Type.Boolean()),
      /** Binary only: from which probability on the label is the second class; 0.5 where absent. */
      threshold: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
      /** Which rows it is judged by. */
      split: Type.Optional(Split),
      /** That the model was not trained on the rows it is judged by. */
      unseen: Type.Optional(Type.Boolean()),
      answers: Type.Optional(GivenAnswers),
      /** The same as a CSV file: a column a feature, and `label`, `prediction` or a column a class. */
      answersPath: Type.Optional(Type.String()),
      /** How far answers may lie from the given ones, relative where they are more than 1. */
      tolerance: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1e-3 })),
    }),
    Type.Object({
      model: Type.String(),
      version: Type.Integer(),
      onnx: Type.Object({ path: Type.String(), sha256: Type.String(), bytes: Type.Integer() }),
      signature: Signature,
      parity: Type.Object({ rows: Type.Integer(), max_abs_diff: Type.Number() }),
      aliases: Type.Array(Type.String()),
      run: Run,
      mapping: AdoptedMapping,
      /** How many given answers it gave here too, and the largest difference; null where none were given. */
      compared: Nullable(Type.Object({ rows: Type.Integer(), largest: Type.Number() })),
      warnings: Type.Array(Problem),
    }),
  ),
};
