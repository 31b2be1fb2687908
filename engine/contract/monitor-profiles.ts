import Type, { type Static } from 'typebox';
import { command, query } from './call.ts';
import { ColumnDrift } from './monitor-drift.ts';
import { deploymentRange } from './monitor-windows.ts';
import { Name, Nullable, Time } from './values.ts';

/** A deployment on another machine, known by the profiles that were brought from there. */
export const Elsewhere = Type.Object({
  name: Name,
  deployment: Type.String(),
  versions: Type.Array(Type.Integer()),
  rows: Type.Integer(),
  first: Nullable(Time),
  last: Nullable(Time),
  importedAt: Time,
  /** Whether the profile was signed by a key that is known here. */
  signed: Type.Boolean(),
});
export type Elsewhere = Static<typeof Elsewhere>;

/** What a server elsewhere was asked, in the windows of the deployment's own time line. */
export const ElsewhereReport = Type.Object({
  name: Type.String(),
  rows: Type.Integer(),
  since: Nullable(Time),
  until: Nullable(Time),
  columns: Type.Array(ColumnDrift),
  prediction: Nullable(ColumnDrift),
  /** Of the columns that matter to the model and could be judged. */
  share: Type.Number(),
  timeline: Type.Array(
    Type.Object({
      from: Time,
      to: Time,
      rows: Type.Integer(),
      versions: Type.Array(Type.Integer()),
      drift: Type.Record(Type.String(), Nullable(Type.Number())),
      drifted: Type.Array(Type.String()),
      predictionDrift: Nullable(Type.Number()),
    }),
  ),
});
export type ElsewhereReport = Static<typeof ElsewhereReport>;

export const profileCalls = {
  profile: query(
    'monitor.profile',
    'Counts and sketches of what a deployment was asked, without a single row: the document that `GET /profile` answers.',
    Type.Object({
      deployment: deploymentRange.deployment,
      since: deploymentRange.since,
      until: deploymentRange.until,
      /** With the key that this user signs versions with. */
      sign: Type.Optional(Type.Boolean()),
    }),
    Type.Object({ profile: Type.Unknown() }),
  ),
  importProfile: command(
    'monitor.importProfile',
    'Puts the profile of a server elsewhere on the time axis of a deployment.',
    Type.Object({
      file: Type.String(),
      /** Where it is left out, the one of the model that the profile names. */
      deployment: Type.Optional(Type.String()),
      /** Of the server elsewhere. Where it is left out, the name of the deployment there. */
      name: Type.Optional(Name),
    }),
    Type.Object({
      elsewhere: Elsewhere,
      /** Rows of hours that were not known before. */
      added: Type.Integer(),
    }),
  ),
  elsewhere: query(
    'monitor.elsewhere',
    'Servers elsewhere whose profiles were brought.',
    Type.Object({ deployment: Type.Optional(Type.String()) }),
    Type.Object({ elsewhere: Type.Array(Elsewhere) }),
  ),
  removeElsewhere: command(
    'monitor.removeElsewhere',
    'Forgets the profiles of a server elsewhere.',
    Type.Object({ deployment: Type.String(), name: Type.String() }),
    Type.Object({ name: Type.String() }),
  ),
};
