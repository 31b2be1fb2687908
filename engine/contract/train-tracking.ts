import Type, { type Static } from 'typebox';
import { command, query } from './call.ts';
import { Nullable, Time } from './values.ts';

/** From so many looks on a holdout is worn; docs/train.md says why. */
export const manyHoldoutLooks = 25;

/** A cell of the table of runs. Times are UTC epoch milliseconds here: they are drawn and sorted as numbers. */
export const RunValue = Nullable(Type.Union([Type.Number(), Type.String(), Type.Boolean()]));
export type RunValue = Static<typeof RunValue>;

/** Which runs a list holds by whether they were archived. */
export const ArchiveChoice = Type.Enum(['without', 'with', 'only']);
export type ArchiveChoice = Static<typeof ArchiveChoice>;

const Filter = Type.String({ maxLength: 4000 });
const FieldName = Type.String({ minLength: 1, maxLength: 300 });
const RunReference = Type.String({ minLength: 1, maxLength: 100 });
const RunReferences = Type.Array(RunReference, { minItems: 1, maxItems: 10_000 });

/** Which runs, and in which order. */
export const RunSelection = Type.Object({
  /** MLflow's grammar: `metrics.rmse < 1 AND tags.team = 'sales'`; docs/train.md has all of it. */
  filter: Type.Optional(Filter),
  /** Words that all must occur in a run's number, name, learner, target, dataset, parameters, tags or note. */
  search: Type.Optional(Type.String({ maxLength: 500 })),
  /** Without archived runs where left out. */
  archived: Type.Optional(ArchiveChoice),
  /** `metrics.rmse DESC`, the first first; runs without a value come last. The newest first where left out. */
  sort: Type.Optional(Type.Array(Type.String({ maxLength: 320 }), { maxItems: 8 })),
});
export type RunSelection = Static<typeof RunSelection>;

/** Something that a run can be filtered by, sorted by and shown with. */
export const RunField = Type.Object({
  /** As filters name it: `metrics.rmse`, `params.C`, `tags.team`, `attributes.learner`. */
  field: Type.String(),
  entity: Type.Enum(['metrics', 'params', 'tags', 'attributes']),
  name: Type.String(),
  type: Type.Enum(['number', 'text', 'time']),
  /** Runs that have it. */
  runs: Type.Integer(),
  /** Of texts: the most frequent values. */
  values: Type.Optional(Type.Array(Type.String())),
});
export type RunField = Static<typeof RunField>;

/** How the table of runs is looked at; kept under a name. */
export const RunView = Type.Object({
  ...RunSelection.properties,
  columns: Type.Array(FieldName, { maxItems: 60 }),
  /** The chart above the table, with its axes. */
  chart: Type.Optional(
    Type.Object({
      kind: Type.Enum(['none', 'parallel', 'scatter']),
      /** Of the parallel coordinates, from left to right. */
      axes: Type.Optional(Type.Array(FieldName, { maxItems: 12 })),
      x: Type.Optional(FieldName),
      y: Type.Optional(FieldName),
      /** What colours the points or lines. */
      colour: Type.Optional(FieldName),
    }),
  ),
});
export type RunView = Static<typeof RunView>;

/** What the table of runs shows until its user chooses. */
export const usualRunColumns = [
  'attributes.learner',
  'attributes.run_name',
  'attributes.target',
  'attributes.dataset',
  'attributes.metric',
  'attributes.score',
  'attributes.holdout_looks',
  'attributes.seconds',
  'attributes.start_time',
];

const SavedView = Type.Object({ name: Type.String(), view: RunView, updatedAt: Time });

const ViewName = Type.String({ minLength: 1, maxLength: 80 });
const TagKey = Type.String({ pattern: '^[\\s\\S]{1,250}$', description: 'of 1 to 250 characters' });

/** A folder of code whose commit is kept with every run. */
export const LinkedCode = Type.Object({ path: Type.String(), root: Type.String(), linkedAt: Time });
export type LinkedCode = Static<typeof LinkedCode>;

/** The state of the linked code when a run began. */
export const CodeState = Type.Object({
  /** The repository's folder. */
  root: Type.String(),
  /** Null where it could not be read, which `problem` explains. */
  commit: Nullable(Type.String()),
  branch: Nullable(Type.String()),
  /** Whether files that git follows differ from the commit; null where that could not be told in time. */
  dirty: Nullable(Type.Boolean()),
  changedFiles: Nullable(Type.Integer()),
  untrackedFiles: Nullable(Type.Integer()),
  problem: Type.Optional(Type.String()),
});
export type CodeState = Static<typeof CodeState>;

/** Where a run was made. Runs of earlier versions know less. */
export const RunEnvironment = Type.Object({
  galley: Type.String(),
  node: Type.String(),
  platform: Type.String(),
  cpu: Type.Optional(Type.Object({ model: Type.String(), cores: Type.Integer() })),
  /** Bytes. */
  memory: Type.Optional(Type.Integer()),
  /** Version by library. */
  libraries: Type.Optional(Type.Record(Type.String(), Type.String())),
  code: Type.Optional(CodeState),
});
export type RunEnvironment = Static<typeof RunEnvironment>;

/** What a user wrote about a run, and how its holdout was used. */
export const RunTracking = Type.Object({
  /** Null where it goes by its number. */
  name: Nullable(Type.String()),
  note: Type.String(),
  tags: Type.Record(Type.String(), Type.String()),
  archivedAt: Nullable(Time),
  holdout: Type.Object({
    /** Runs that were judged on the same holdout before this one. */
    looks: Type.Integer(),
    /** So many that the best of them looks better than it is, which `warning` explains. */
    many: Type.Boolean(),
    warning: Nullable(Type.String()),
  }),
});
export type RunTracking = Static<typeof RunTracking>;

const RunNames = Type.Object({
  runs: Type.Array(Type.Object({ id: Type.String(), number: Type.Integer() })),
});

export const trainTrackingCalls = {
  runs: query(
    'train.runs',
    'A page of the table of runs, column by column: quick with many thousand.',
    Type.Object({
      ...RunSelection.properties,
      columns: Type.Array(FieldName, { maxItems: 60 }),
      offset: Type.Optional(Type.Integer({ minimum: 0 })),
      /** 200 where left out. */
      limit: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 })),
    }),
    Type.Object({
      /** Runs that were selected, of which this is a page. */
      total: Type.Integer(),
      /** Runs of the project, archived ones aside. */
      all: Type.Integer(),
      archived: Type.Integer(),
      offset: Type.Integer(),
      ids: Type.Array(Type.String()),
      numbers: Type.Array(Type.Integer()),
      columns: Type.Array(Type.Object({ field: Type.String(), values: Type.Array(RunValue) })),
    }),
  ),
  runFields: query(
    'train.runFields',
    'What the runs of the project can be filtered by, sorted by and shown with.',
    Type.Object({}),
    Type.Object({ fields: Type.Array(RunField) }),
  ),
  readFilter: query(
    'train.readFilter',
    'Reads a filter without running it: what is wrong with it, and what could stand at the cursor.',
    Type.Object({
      text: Filter,
      /** Characters before the cursor; the end where left out. */
      cursor: Type.Optional(Type.Integer({ minimum: 0 })),
    }),
    Type.Object({
      error: Nullable(
        Type.Object({
          /** Of the first character that is wrong, from 0. */
          position: Type.Integer(),
          length: Type.Integer(),
          message: Type.String(),
        }),
      ),
      /** What could stand between `from` and `to`. */
      completions: Type.Object({
        from: Type.Integer(),
        to: Type.Integer(),
        items: Type.Array(Type.Object({ text: Type.String(), note: Type.String() })),
      }),
    }),
  ),
  views: query(
    'train.views',
    'Saved views of the table of runs, by name.',
    Type.Object({}),
    Type.Object({ views: Type.Array(SavedView) }),
  ),
  saveView: command(
    'train.saveView',
    'Keeps a view under a name; one of that name is replaced.',
    Type.Object({ name: ViewName, view: RunView }),
    Type.Object({ name: Type.String(), view: RunView, updatedAt: Time, replaced: Nullable(RunView) }),
  ),
  deleteView: command(
    'train.deleteView',
    'Forgets a saved view; the answer holds it, so that it can be saved again.',
    Type.Object({ name: ViewName }),
    SavedView,
  ),
  rename: command(
    'train.rename',
    'Gives a run a name; an empty one takes it away.',
    Type.Object({ run: RunReference, name: Type.String({ maxLength: 200 }) }),
    RunTracking,
  ),
  note: command(
    'train.note',
    'Writes a note on a run; an empty text takes it away.',
    Type.Object({ run: RunReference, note: Type.String({ maxLength: 20_000 }) }),
    RunTracking,
  ),
  tag: command(
    'train.tag',
    'Puts tags on runs; one that a run has gets the new value.',
    Type.Object({
      runs: RunReferences,
      tags: Type.Record(TagKey, Type.String({ maxLength: 5000 }), { minProperties: 1, additionalProperties: false }),
    }),
    RunNames,
  ),
  untag: command(
    'train.untag',
    'Takes tags away from runs.',
    Type.Object({ runs: RunReferences, keys: Type.Array(TagKey, { minItems: 1 }) }),
    RunNames,
  ),
  archive: command(
    'train.archive',
    'Puts runs out of sight; they stay reproducible and what was made of them goes on. `restore` undoes it.',
    Type.Object({ runs: RunReferences }),
    RunNames,
  ),
  restore: command('train.restore', 'Takes runs out of the archive.', Type.Object({ runs: RunReferences }), RunNames),
  delete: command(
    'train.delete',
    'Removes archived runs for good; one that a model was packaged of is refused.',
    Type.Object({ runs: RunReferences }),
    RunNames,
  ),
  export: command(
    'train.export',
    'Exports runs as CSV or as a report in one HTML file: into a file, or as text where none is named.',
    Type.Object({
      /** These runs; left out: those of the selection. */
      runs: Type.Optional(RunReferences),
      selection: Type.Optional(RunSelection),
      format: Type.Enum(['csv', 'html']),
      /** Of a CSV file; all that the runs have where left out. */
      columns: Type.Optional(Type.Array(FieldName, { minItems: 1 })),
      /** Title of a report. */
      title: Type.Optional(Type.String({ maxLength: 200 })),
      /** The whole path of the file to be written. */
      to: Type.Optional(Type.String({ minLength: 1 })),
    }),
    Type.Object({
      runs: Type.Integer(),
      bytes: Type.Integer(),
      sha256: Type.String(),
      /** Where it was written; null where `content` holds it. */
      path: Nullable(Type.String()),
      content: Nullable(Type.String()),
    }),
  ),
  linkCode: command(
    'train.linkCode',
    'Links a folder with a git repository: its commit is kept with every run from now on. Without a path the link is taken away.',
    Type.Object({ path: Nullable(Type.String({ minLength: 1 })) }),
    Type.Object({ linked: Nullable(LinkedCode), state: Nullable(CodeState) }),
  ),
  linkedCode: query(
    'train.linkedCode',
    'The linked folder of code and its state now.',
    Type.Object({}),
    Type.Object({ linked: Nullable(LinkedCode), state: Nullable(CodeState) }),
  ),
};
