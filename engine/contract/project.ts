import Type, { type Static } from 'typebox';
import { command, jobCommand, query } from './call.ts';
import { Severity } from './monitor-alerts.ts';
import { projectGitCalls } from './project-git.ts';
import { Nullable, Time } from './values.ts';

export const ProjectInfo = Type.Object({ id: Type.String(), name: Type.String(), path: Type.String() });
export type ProjectInfo = Static<typeof ProjectInfo>;

export const stationStates = ['empty', 'idle', 'good', 'busy', 'warning', 'bad'] as const;
export type StationState = (typeof stationStates)[number];

export const Station = Type.Object({
  phase: Type.String(),
  /** The number in the disc, null where the phase has nothing yet. */
  value: Nullable(Type.Number()),
  /** Its unit under it: `rows`, `runs`, `versions`, `per min`, `R²`. */
  unit: Type.String(),
  /** What the rail counts. */
  count: Type.Integer(),
  state: Type.Enum([...stationStates]),
  /** State in words: `parity holds`, `1 training`. */
  status: Type.String(),
  /** Why the state is what it is, in sentences; null where the status says all. */
  reason: Nullable(Type.String()),
  lastEvent: Type.String(),
  lastEventAt: Nullable(Time),
  /** What flows to the next station: how many, and of what. */
  flow: Type.Object({ value: Type.Number(), label: Type.String() }),
});
export type Station = Static<typeof Station>;

export const Attention = Type.Object({
  phase: Type.String(),
  severity: Severity,
  title: Type.String(),
  detail: Type.String(),
  at: Time,
});

export const Activity = Type.Object({ phase: Type.String(), title: Type.String(), at: Time });

export const Circle = Type.Object({
  project: ProjectInfo,
  /** The model whose circle it is; null in an empty project. */
  model: Nullable(
    Type.Object({
      name: Type.String(),
      target: Type.String(),
      metric: Nullable(Type.String()),
      value: Nullable(Type.Number()),
    }),
  ),
  models: Type.Array(Type.String()),
  /** In the order of the circle, from data to retrain. */
  stations: Type.Array(Station),
  /** The most important sentence, two lines under it, and the phase whose page its action opens. */
  finding: Type.Object({
    headline: Type.String(),
    lines: Type.Array(Type.String()),
    action: Nullable(Type.Object({ label: Type.String(), phase: Type.String() })),
  }),
  /** The small chart in the centre: the metric by event time, in use and where known the untouched first version. */
  history: Nullable(
    Type.Object({
      metric: Type.String(),
      series: Type.Array(
        Type.Object({
          name: Type.String(),
          points: Type.Array(Type.Object({ at: Time, value: Nullable(Type.Number()) })),
        }),
      ),
    }),
  ),
  attention: Type.Array(Attention),
  recent: Type.Array(Activity),
});
export type Circle = Static<typeof Circle>;

const Empty = Type.Object({});

const UserNames = Type.Object({
  name: Type.String(),
  /** The one that was set, null where none was. */
  set: Nullable(Type.String()),
  /** Of the machine. */
  machine: Type.String(),
});

export const projectCalls = {
  show: query(
    'project.show',
    'The open project.',
    Empty,
    Type.Object({ project: ProjectInfo, version: Type.String(), startedAt: Time }),
  ),
  circle: query(
    'project.circle',
    'The live state of all six phases of a model.',
    Type.Object({ model: Type.Optional(Type.String()) }),
    Circle,
  ),
  samples: query(
    'project.samples',
    'The sample data that comes with Galley.',
    Empty,
    Type.Object({
      samples: Type.Array(
        Type.Object({
          name: Type.String(),
          title: Type.String(),
          description: Type.String(),
          rows: Type.Integer(),
          files: Type.Integer(),
          target: Type.String(),
          preview: Type.Object({
            kind: Type.Enum(['line', 'scatter']),
            points: Type.Array(
              Type.Object({ x: Type.Number(), y: Type.Number(), group: Type.Optional(Type.String()) }),
            ),
          }),
        }),
      ),
    }),
  ),
  open: command(
    'project.open',
    'Opens another project folder (made where it does not exist and `create` is set); answers with the address of its engine.',
    Type.Object({ path: Type.String(), create: Type.Optional(Type.Boolean()) }),
    Type.Object({ url: Type.String() }),
  ),
  verify: query(
    'project.verify',
    'Checks every stored file and row.',
    Empty,
    Type.Object({
      ok: Type.Boolean(),
      blobs: Type.Integer(),
      bytes: Type.Integer(),
      problems: Type.Array(Type.Object({ code: Type.String(), message: Type.String() })),
    }),
  ),
  backup: jobCommand(
    'project.backup',
    'Writes the whole project into one file, while everything goes on.',
    Type.Object({ to: Type.String({ minLength: 1 }) }),
    Type.Object({ path: Type.String(), files: Type.Integer(), bytes: Type.Integer() }),
  ),
  restore: jobCommand(
    'project.restore',
    'Makes a project of a backup, in a folder that is not there yet or is empty; every file is verified.',
    Type.Object({ file: Type.String({ minLength: 1 }), to: Type.String({ minLength: 1 }) }),
    Type.Object({ project: ProjectInfo, files: Type.Integer(), bytes: Type.Integer() }),
  ),
  gc: command(
    'project.gc',
    'Empties the bin and removes what can be made again; says how much room that gives, or would give.',
    Type.Object({
      dryRun: Type.Optional(Type.Boolean()),
      /** Only what was deleted so many days ago or earlier. */
      olderThanDays: Type.Optional(Type.Number({ minimum: 0 })),
    }),
    Type.Object({
      /** All bytes together. */
      freed: Type.Integer(),
      /** What was in the bin; `busy` versions stay because a job that runs reads them. */
      bin: Type.Object({
        datasets: Type.Integer(),
        versions: Type.Integer(),
        models: Type.Integer(),
        modelVersions: Type.Integer(),
        bytes: Type.Integer(),
        busy: Type.Integer(),
      }),
      caches: Type.Object({ bytes: Type.Integer() }),
      dryRun: Type.Boolean(),
    }),
  ),
  user: query(
    'project.user',
    'Under which name changes are written down: the one that was set, else the user of the machine.',
    Empty,
    UserNames,
  ),
  setUser: command(
    'project.setUser',
    'Sets the name under which changes are written down, in all projects of this machine; an empty one takes it away.',
    Type.Object({ name: Type.String({ maxLength: 100, pattern: '^[^\\x00-\\x1f]*$' }) }),
    UserNames,
  ),
  recentPaths: query(
    'project.recentPaths',
    'Projects opened lately on this machine.',
    Empty,
    Type.Object({ projects: Type.Array(ProjectInfo) }),
  ),
  ...projectGitCalls,
};
