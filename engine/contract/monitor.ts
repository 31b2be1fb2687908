import Type, { type Static } from 'typebox';
import { command, query } from './call.ts';
import { Alert, alertCalls, PastAlert } from './monitor-alerts.ts';
import { compareCall } from './monitor-compare.ts';
import { ReportedDrift } from './monitor-drift.ts';
import { exportCall } from './monitor-export.ts';
import { fairnessCall } from './monitor-fairness.ts';
import { fairnessOverTimeCall } from './monitor-fairness-over-time.ts';
import { overviewCall } from './monitor-overview.ts';
import { performanceCall } from './monitor-performance.ts';
import { ElsewhereReport, profileCalls } from './monitor-profiles.ts';
import { qualityCall } from './monitor-quality.ts';
import { reportFields, reportFileCall } from './monitor-report-file.ts';
import { systemCalls } from './monitor-system.ts';
import { Estimate } from './train-estimates.ts';
import { FairnessReport } from './train-fairness.ts';
import { Metrics, Nullable, Time } from './values.ts';

const DriftShare = Type.Number({ minimum: 0, maximum: 1 });
const MinimumRows = Type.Integer({ minimum: 1 });

export const Limits = Type.Object({
  metric: Type.String(),
  /** Performance may not fall below (or, for errors, rise above) this. */
  bound: Type.Number(),
  lowerIsBetter: Type.Boolean(),
  /** Share of important columns that may drift. */
  driftShare: DriftShare,
  /** Rows with labels a window needs before it is judged. */
  minimumRows: MinimumRows,
  /** Retrain by itself when an alert is raised. */
  retrain: Type.Boolean(),
});
export type Limits = Static<typeof Limits>;

/** Ends of a 95 % interval. */
const Interval = Type.Array(Type.Number(), { minItems: 2, maxItems: 2 });
/** By metric, of those that have one. */
const Ends = Type.Record(Type.String(), Interval);

export const MonitorReport = Type.Object({
  deployment: Nullable(Type.String()),
  model: Nullable(Type.String()),
  version: Nullable(Type.Integer()),
  metric: Type.Object({ name: Type.String(), lowerIsBetter: Type.Boolean() }),
  limits: Nullable(Limits),
  since: Nullable(Time),
  until: Nullable(Time),
  traffic: Type.Object({ rows: Type.Integer(), requests: Type.Integer(), errors: Type.Integer() }),
  latency: Type.Object({ p50: Nullable(Type.Number()), p95: Nullable(Type.Number()), p99: Nullable(Type.Number()) }),
  quality: Type.Object({ flagged: Type.Integer(), missing: Type.Record(Type.String(), Type.Integer()) }),
  drift: ReportedDrift,
  performance: Nullable(Type.Object({ rows: Type.Integer(), metrics: Metrics, intervals: Ends, reference: Metrics })),
  /** From the answers alone, of all rows; null where it cannot be estimated. */
  estimated_performance: Nullable(
    Type.Object({ method: Type.Enum(['cbpe', 'dle']), rows: Type.Integer(), metrics: Metrics, intervals: Ends }),
  ),
  /** By each sensitive input whose values the log has, on the labelled rows; null where there is none. */
  fairness: Nullable(Type.Array(FairnessReport)),
  /** By event time: one entry a window. */
  timeline: Type.Array(
    Type.Object({
      from: Time,
      to: Time,
      rows: Type.Integer(),
      labelled: Type.Integer(),
      versions: Type.Array(Type.Integer()),
      metric: Nullable(Type.Number()),
      /** Its 95 % interval. */
      interval: Nullable(Interval),
      /** The metric as it is estimated from the answers alone. */
      estimated: Nullable(Estimate),
      drift: Type.Record(Type.String(), Nullable(Type.Number())),
      /** The columns that drifted in it. */
      drifted: Type.Array(Type.String()),
      predictionDrift: Nullable(Type.Number()),
      /** Mean reconstruction error of the inputs as a whole. */
      reconstructionError: Nullable(Type.Number()),
    }),
  ),
  releases: Type.Array(Type.Object({ version: Type.Integer(), at: Time })),
  alerts: Type.Array(Alert),
  /** Servers elsewhere on the same time axis, by the profiles that were brought; absent where there are none. */
  elsewhere: Type.Optional(Type.Array(ElsewhereReport)),
  /** Rows of any event time that the log keeps no more, and the last receipt of one; absent where there are none. */
  removed: Type.Optional(Type.Object({ rows: Type.Integer(), receivedUntil: Time })),
  /** Segments of the log, of any time, that were cut off or could not be read, and their bytes without a row; absent where there are none. */
  damaged: Type.Optional(Type.Object({ segments: Type.Integer(), bytes: Type.Integer() })),
});
export type MonitorReport = Static<typeof MonitorReport>;

const LabelCount = Type.Object({
  /** Labels whose row was answered already. */
  matched: Type.Integer(),
  /** Labels whose row is not known yet. */
  unmatched: Type.Integer(),
  /** Labels that are no class of the deployed version, or no number, so that nothing is judged by them; absent where there is none. */
  unusable: Type.Optional(Type.Integer()),
  /** Labels of rows that were given another one in the same go, of which the last counts; absent where there is none. */
  repeated: Type.Optional(Type.Integer()),
  /** Rows that had a label before; absent where there is none. */
  corrected: Type.Optional(Type.Integer()),
});

const LabelValue = Type.Union([Type.String(), Type.Number(), Type.Boolean()]);

export const monitorCalls = {
  export: exportCall,
  ...alertCalls,
  fairness: fairnessCall,
  overview: overviewCall,
  quality: qualityCall,
  writeReport: reportFileCall,
  ...systemCalls,
  ...profileCalls,
  performance: performanceCall,
  fairnessOverTime: fairnessOverTimeCall,
  compare: compareCall,
  report: query(
    'monitor.report',
    'Traffic, latency, quality, drift and performance of a deployment by event time.',
    Type.Object(reportFields),
    MonitorReport,
  ),
  labels: command(
    'monitor.labels',
    'Adds what came true, from a file or a dataset version, by row id.',
    Type.Object({
      deployment: Type.String(),
      /** Either a file, or a dataset version such as `sales@3`. */
      file: Type.Optional(Type.String()),
      dataset: Type.Optional(Type.String()),
      /** Column with the row's id, and the one with what came true. */
      id: Type.String(),
      label: Type.String(),
    }),
    LabelCount,
  ),
  addLabels: command(
    'monitor.addLabels',
    'Adds what came true, by row id.',
    Type.Object({
      deployment: Type.String(),
      labels: Type.Array(Type.Object({ id: Type.String(), label: LabelValue }), { minItems: 1 }),
    }),
    LabelCount,
  ),
  check: command(
    'monitor.check',
    'Judges the newest window by the rules and raises or resolves alerts; of a range it says what would have been raised.',
    Type.Object({ deployment: Type.String(), since: Type.Optional(Time), until: Type.Optional(Time) }),
    Type.Object({
      raised: Type.Array(Alert),
      /** As they stand now. */
      open: Type.Array(Alert),
      /** Of the range as one window: it raises, tells and resolves nothing. Absent where no range is given. */
      wouldHaveRaised: Type.Optional(Type.Array(PastAlert)),
    }),
  ),
  limits: command(
    'monitor.limits',
    'Reads or sets the limits of a deployment.',
    Type.Object({
      deployment: Type.String(),
      bound: Type.Optional(Type.Number()),
      driftShare: Type.Optional(DriftShare),
      minimumRows: Type.Optional(MinimumRows),
      retrain: Type.Optional(Type.Boolean()),
    }),
    Type.Object({ limits: Limits }),
  ),
};
