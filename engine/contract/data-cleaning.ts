import Type, { type Static } from 'typebox';
import { command, jobCommand, query } from './call.ts';
import type { CleaningStep } from './cleaning-steps.ts';
import { Cell, DatasetReference } from './data-rows.ts';
import { ErrorReportSchema } from './jobs.ts';
import { ColumnType, Name, Nullable, Problem, Time } from './values.ts';

/**
 * How rows of a dataset become another dataset: a file of the project (docs/formats.md, "Cleaning recipe"). Its steps are
 * checked one by one, each by the schema of its kind, so that a fault names the step and the line.
 */
export interface CleaningRecipe {
  format: 1;
  /** `NAME` (its latest version), or `NAME@3`. */
  from: string;
  /** The dataset that gets the versions. */
  to: string;
  /** What a new version of the source brings about. */
  onNewVersion: 'run' | 'ask';
  steps: CleaningStep[];
}

/** What one step did. */
export const StepReport = Type.Object({
  /** Place in the recipe, from 0. */
  step: Type.Integer(),
  rowsIn: Type.Integer(),
  rowsOut: Type.Integer(),
  /** Cells that got another value. */
  cells: Type.Integer(),
  /** What else is to be known: values that became missing, rows without a match. */
  counts: Type.Array(Type.Object({ what: Type.String(), count: Type.Integer() })),
});
export type StepReport = Static<typeof StepReport>;

const RunInput = Type.Object({ dataset: Type.String(), version: Type.Integer() });

/** How a recipe ran the last time. */
export const RecipeRun = Type.Object({
  state: Type.Enum(['succeeded', 'failed']),
  at: Time,
  /** Hash of the recipe that ran. */
  recipe: Type.String(),
  inputs: Type.Array(RunInput),
  /** The version that it made or found unchanged. */
  version: Nullable(Type.Integer()),
  rows: Nullable(Type.Integer()),
  unchanged: Type.Boolean(),
  steps: Type.Array(StepReport),
  error: Nullable(ErrorReportSchema),
});
export type RecipeRun = Static<typeof RecipeRun>;

export const RecipeSummary = Type.Object({
  name: Type.String(),
  /** Path of the file within the project. */
  file: Type.String(),
  from: Type.String(),
  to: Type.String(),
  steps: Type.Integer(),
  onNewVersion: Type.Enum(['run', 'ask']),
  usesSql: Type.Boolean(),
  /** False where its SQL must be trusted before it can run. */
  trusted: Type.Boolean(),
  /** Why the file cannot be used, null where it can. */
  problem: Nullable(ErrorReportSchema),
  lastRun: Nullable(RecipeRun),
  /** True where recipe or sources have changed since the last run. */
  stale: Type.Boolean(),
});
export type RecipeSummary = Static<typeof RecipeSummary>;

/** A recipe as the window edits it; checked by the engine. */
const RecipeObject = Type.Object({
  format: Type.Literal(1),
  from: Type.String({ minLength: 1 }),
  to: Name,
  onNewVersion: Type.Enum(['run', 'ask']),
  steps: Type.Array(Type.Record(Type.String(), Type.Unknown()), { maxItems: 1000 }),
});

export const RecipeDetail = Type.Object({
  ...RecipeSummary.properties,
  /** `sha256:…` of what the recipe says, however it is written. */
  hash: Nullable(Type.String()),
  text: Type.String(),
  recipe: Nullable(RecipeObject),
});
export type RecipeDetail = Static<typeof RecipeDetail>;

export const RecipeResult = Type.Object({
  recipe: Type.String(),
  dataset: Type.String(),
  version: Type.Integer(),
  identity: Type.String(),
  rows: Type.Integer(),
  unchanged: Type.Boolean(),
  steps: Type.Array(StepReport),
  warnings: Type.Array(Problem),
});
export type RecipeResult = Static<typeof RecipeResult>;

export const RecipePreview = Type.Object({
  /** Rows of the source that the preview looked at, and how many there are. */
  looked: Type.Object({ rows: Type.Integer(), of: Type.Integer(), version: Type.Integer() }),
  /** Reports of the steps that are on, up to the one that was asked for. */
  steps: Type.Array(StepReport),
  /** The step whose rows these are; -1 for the source itself. */
  shown: Type.Integer(),
  columns: Type.Array(
    Type.Object({ name: Type.String(), type: ColumnType, state: Type.Enum(['same', 'changed', 'added']) }),
  ),
  /** Columns that the shown step took away. */
  removed: Type.Array(Type.String()),
  rows: Type.Array(Type.Array(Cell)),
  /** For each row the places of the cells that the shown step changed. */
  changed: Type.Array(Type.Array(Type.Integer())),
  /** Columns that each step sees, by its place; one more for what comes out. For the forms of the window. */
  schemas: Type.Array(Type.Array(Type.Object({ name: Type.String(), type: ColumnType }))),
  /** The step that failed, and why. */
  failure: Nullable(Type.Object({ step: Type.Integer(), error: ErrorReportSchema })),
  /** The recipe as the file would say it. */
  text: Type.String(),
});
export type RecipePreview = Static<typeof RecipePreview>;

const SqlText = Type.Object({ file: Type.String(), place: Type.String(), sql: Type.String() });

/** What the project does beside its SQL. */
export const ProjectAction = Type.Object({
  /** `alert channel pager`. */
  place: Type.String(),
  /** `runs /usr/local/bin/notify --loud`. */
  does: Type.String(),
  /** What must be done beside trusting the project before it does so; null where nothing else. */
  needs: Nullable(Type.String()),
});
export type ProjectAction = Static<typeof ProjectAction>;

const held = { texts: Type.Array(SqlText), actions: Type.Array(ProjectAction) };

const Given = {
  /** The text of a recipe file … */
  text: Type.Optional(Type.String({ maxLength: 1_000_000 })),
  /** … or what it says. */
  recipe: Type.Optional(RecipeObject),
};

export const dataCleaningCalls = {
  recipes: query(
    'data.recipes',
    'All cleaning recipes of the project, or those from or to one dataset.',
    Type.Object({ dataset: Type.Optional(Type.String()) }),
    Type.Object({ recipes: Type.Array(RecipeSummary) }),
  ),
  recipe: query(
    'data.recipe',
    'One cleaning recipe with its text.',
    Type.Object({ name: Name }),
    Type.Object({ recipe: RecipeDetail }),
  ),
  saveRecipe: command(
    'data.saveRecipe',
    'Writes a cleaning recipe, given as text or as what it says, to recipes/NAME.yaml.',
    Type.Object({ name: Name, ...Given }),
    Type.Object({ recipe: RecipeDetail }),
  ),
  removeRecipe: command(
    'data.removeRecipe',
    'Removes a cleaning recipe; the versions that it made stay.',
    Type.Object({ name: Name }),
    Type.Object({ name: Type.String() }),
  ),
  previewRecipe: query(
    'data.previewRecipe',
    'What a recipe does to some rows of its source, step by step.',
    Type.Object({
      name: Type.Optional(Name),
      ...Given,
      /** The last step that is done, from 0; -1 for none. All where it is left out. */
      until: Type.Optional(Type.Integer({ minimum: -1 })),
      /** The first rows (the default), or a sample of them all. */
      look: Type.Optional(Type.Enum(['first', 'sample'])),
      /** Rows that are answered. */
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
      /** Dots instead of values of marked columns, and of columns that are made of them. */
      masked: Type.Optional(Type.Boolean()),
    }),
    RecipePreview,
  ),
  runRecipe: jobCommand(
    'data.runRecipe',
    'Makes a version by a recipe from the latest version of its source; a text that is given is saved as the recipe before.',
    Type.Object({
      name: Name,
      text: Type.Optional(Type.String({ maxLength: 1_000_000 })),
      /** This version of its source instead of what the recipe says: `NAME@3`. */
      source: Type.Optional(DatasetReference),
    }),
    RecipeResult,
  ),
  sqlTexts: query(
    'data.sqlTexts',
    'What the project would run, SQL and other, and whether its user has trusted it.',
    Type.Object({}),
    Type.Object({ trusted: Type.Boolean(), ...held }),
  ),
  trust: command(
    'data.trust',
    'Lets the project run what it holds, but for what needs a consent of its own.',
    Type.Object({}),
    Type.Object(held),
  ),
};
