import type { Deployment } from '../../engine/contract/deploy.ts';
import type { MonitorReport } from '../../engine/contract/monitor.ts';
import type { ColumnDrift } from '../../engine/contract/monitor-drift.ts';
import { undividedTraffic } from '../../engine/contract/traffic.ts';

type Window = MonitorReport['timeline'][number];

/** A year of a report's time line. */
export function yearWindow(number: number, metric: number | null, parts: Partial<Window> = {}): Window {
  return {
    from: `${number}-01-01T00:00:00.000Z`,
    to: `${number + 1}-01-01T00:00:00.000Z`,
    rows: 365,
    labelled: metric === null ? 0 : 365,
    versions: [1],
    metric,
    drift: { Austin: 0.1 },
    drifted: [],
    interval: null,
    estimated: null,
    predictionDrift: null,
    reconstructionError: null,
    ...parts,
  };
}

export function columnDrift(parts: Partial<ColumnDrift> = {}): ColumnDrift {
  return {
    name: 'Austin',
    type: 'float64',
    definition: 'default',
    thresholds: 'sampling',
    test: 'psi',
    scoreIs: 'distance',
    score: 3,
    threshold: 0.25,
    samplingLimit: 0.05,
    drifted: true,
    verdict: 'drifted',
    reasons: ['distribution'],
    missing: null,
    unseen: null,
    statistics: {},
    bins: [],
    importance: 0.2,
    ...parts,
  };
}

export function monitorReport(timeline: Window[], columns: ColumnDrift[] = []): MonitorReport {
  return {
    deployment: 'ridership',
    model: 'ridership',
    version: 1,
    metric: { name: 'r2', lowerIsBetter: false },
    limits: { metric: 'r2', bound: 0.7, lowerIsBetter: false, driftShare: 0.5, minimumRows: 30, retrain: true },
    since: null,
    until: null,
    traffic: { rows: timeline.length * 365, requests: 9, errors: 0 },
    latency: { p50: 1, p95: 2, p99: 3 },
    quality: { flagged: 0, missing: {} },
    drift: {
      reference: 'training part of run 1',
      definition: 'default',
      source: 'rows',
      columns,
      notCompared: [],
      prediction: null,
      label: null,
      multivariate: {
        columns: 2,
        rows: { reference: 800, current: 365 },
        reconstruction: null,
        domain: null,
        drifted: false,
        verdict: 'stable',
      },
      share: 0.5,
      drifted: columns.some((one) => one.drifted),
    },
    performance: { rows: 365, metrics: { r2: 0.36 }, intervals: {}, reference: { r2: 0.87 } },
    estimated_performance: null,
    fairness: null,
    timeline,
    releases: [],
    alerts: [],
  };
}

export const ridershipDeployment: Deployment = {
  id: 'dep_1',
  name: 'ridership',
  model: 'ridership',
  follows: 'champion',
  version: 1,
  traffic: undividedTraffic,
  status: 'running',
  wanted: 'running',
  url: null,
  port: null,
  startedAt: null,
  error: null,
  maskLog: null,
  createdAt: '2004-01-01T00:00:00.000Z',
};
