import Type from 'typebox';
import { command } from './call.ts';
import { DriftDefinition, DriftThresholds } from './monitor-drift.ts';
import { WindowUnit } from './monitor-windows.ts';
import { Time } from './values.ts';

/** What a report is asked of: a deployment, or a reference and what is compared with it. */
export const reportFields = {
  deployment: Type.Optional(Type.String()),
  reference: Type.Optional(Type.String()),
  current: Type.Optional(Type.String()),
  since: Type.Optional(Time),
  until: Type.Optional(Time),
  window: Type.Optional(WindowUnit),
  /** Reads the rows that the log still has, also where their sums would do: exact, and slower. */
  rows: Type.Optional(Type.Boolean()),
  definitions: Type.Optional(DriftDefinition),
  thresholds: Type.Optional(DriftThresholds),
};

export const reportFileCall = command(
  'monitor.writeReport',
  'Writes a report as a file: one HTML page that needs nothing else, for people without Galley, or JSON for programs.',
  Type.Object({
    ...reportFields,
    /** The file; one that is there is replaced. */
    to: Type.String({ minLength: 1 }),
    /** A page where it is left out; as JSON it is what `monitor.report` answers. */
    format: Type.Optional(Type.Enum(['html', 'json'])),
  }),
  Type.Object({ path: Type.String(), bytes: Type.Integer(), sha256: Type.String() }),
);
