import { expect, test } from 'vitest';
import type { DatasetSummary } from '../../engine/contract/data.ts';
import type { Deployment } from '../../engine/contract/deploy.ts';
import type { MonitorReport } from '../../engine/contract/monitor.ts';
import type { Alert } from '../../engine/contract/monitor-alerts.ts';
import type { LightReason, WatchedDeployment } from '../../engine/contract/monitor-overview.ts';
import type { Light } from '../../engine/contract/monitor-quality.ts';
import type { ModelSummary, ModelVersion } from '../../engine/contract/package.ts';
import type { ListedRun } from '../../engine/contract/retrain.ts';
import type { Run } from '../../engine/contract/train.ts';
import type { CircleFacts } from '../../engine/project/circle-facts.ts';
import { describeFinding } from '../../engine/project/finding.ts';
import { monitorStation } from '../../engine/project/monitor-station.ts';
import { describeStations } from '../../engine/project/stations.ts';

const at = '2025-01-01T00:00:00.000Z';

const nothing: CircleFacts = {
  datasets: [],
  runs: 0,
  newestRun: undefined,
  models: [],
  model: undefined,
  deployment: undefined,
  deploymentStatus: undefined,
  report: undefined,
  pinned: [],
  alerts: [],
  watched: [],
  pipelines: [],
  pipelineRuns: [],
  jobs: [],
};

const dataset: DatasetSummary = {
  id: 'ds_1',
  name: 'sales',
  versions: 2,
  createdAt: at,
  latest: {
    dataset: 'sales',
    version: 2,
    identity: 'sha256:00',
    rows: 1200,
    bytes: 1,
    columns: [{ name: 'price', type: 'float64', missing: 0 }],
    rowsAdded: 200,
    source: { name: 'sales.csv', md5: '', bytes: 1 },
    timeColumn: null,
    keyColumns: [],
    createdAt: at,
  },
};

const run = {
  id: 'run_1',
  learner: 'linear',
  status: 'succeeded',
  dataset: { name: 'sales', version: 2 },
  createdAt: at,
} as Run;

const version = {
  version: 1,
  runId: 'run_1',
  dataset: { name: 'sales', version: 2, identity: 'sha256:00' },
  metric: { name: 'r2', lowerIsBetter: false },
  metrics: { r2: 0.8 },
  createdAt: at,
} as unknown as ModelVersion;

const model: ModelSummary = {
  id: 'mdl_1',
  name: 'price',
  target: 'price',
  versions: [version],
  tags: {},
  description: '',
  archivedAt: null,
  aliases: { champion: 1 },
  rollbacks: {},
  history: [],
  changes: [],
  createdAt: at,
};

const deployment = {
  name: 'price',
  model: 'price',
  follows: 'champion',
  version: 1,
  status: 'running',
  url: 'http://127.0.0.1:8000',
  startedAt: at,
  createdAt: at,
  error: null,
} as Deployment;

function reportOf(windows: { year: number; metric: number; version: number }[]): MonitorReport {
  const versions = [...new Set(windows.map((window) => window.version))];
  return {
    metric: { name: 'r2', lowerIsBetter: false },
    traffic: { rows: windows.length * 100, requests: windows.length, errors: 0 },
    releases: versions.map((released) => ({ version: released, at })),
    timeline: windows.map(({ year, metric, version: answering }) => ({
      from: `${year}-01-01T00:00:00.000Z`,
      to: `${year + 1}-01-01T00:00:00.000Z`,
      rows: 100,
      labelled: 100,
      versions: [answering],
      metric,
    })),
  } as unknown as MonitorReport;
}

const alert = {
  id: 'alert_1',
  severity: 'bad',
  title: 'R² fell to 0.40',
  detail: 'Below 0.65.',
  state: 'open',
  raisedAt: at,
} as Alert;

function watched(deployment: string, light: Light, ...reasons: LightReason[]): WatchedDeployment {
  return { deployment, server: null, light, reasons } as unknown as WatchedDeployment;
}

test('the circle always has its six stations in order, empty ones without a number', () => {
  const stations = describeStations(nothing);
  expect(stations.map((station) => station.phase)).toEqual([
    'data',
    'train',
    'package',
    'deploy',
    'monitor',
    'retrain',
  ]);
  expect(stations.map((station) => station.value)).toEqual([null, null, null, null, null, null]);
  expect(new Set(stations.map((station) => station.state))).toEqual(new Set(['empty']));
});

test('each station tells its number, its state and what flows on', () => {
  const report = reportOf([{ year: 2024, metric: 0.781, version: 1 }]);
  const facts = {
    ...nothing,
    datasets: [dataset],
    runs: 1,
    newestRun: run,
    models: [model],
    model,
    deployment,
    report,
    alerts: [alert],
  };
  expect(describeStations(facts)).toMatchObject([
    { phase: 'data', value: 1200, unit: 'rows', count: 2, state: 'good', flow: { value: 2, label: 'versions' } },
    { phase: 'train', value: 1, unit: 'run', state: 'good', flow: { value: 1, label: 'of 1 run' } },
    { phase: 'package', value: 1, unit: 'version', status: 'parity holds', flow: { value: 1, label: 'champion' } },
    {
      phase: 'deploy',
      value: 0,
      unit: 'per min',
      status: 'on, 0 errors',
      flow: { value: 100, label: 'labelled rows' },
    },
    { phase: 'monitor', value: 0.78, unit: 'R²', state: 'bad', status: '1 alert', flow: { value: 1, label: 'alert' } },
    { phase: 'retrain', value: null, state: 'empty' },
  ]);
});

test('the light of Monitor is the worst of its overview, and says why', () => {
  const report = reportOf([{ year: 2024, metric: 0.781, version: 1 }]);
  const facts = { ...nothing, models: [model], model, deployment, report };
  const drift: LightReason = { light: 'warning', about: 'drift', says: '3 of 4 important columns drifted: a, b, c.' };
  const server: LightReason = { light: 'good', about: 'system', says: 'Its server answers.' };
  expect(monitorStation({ ...facts, watched: [watched('price', 'warning', drift, server)] })).toMatchObject({
    state: 'warning',
    status: 'drift',
    reason: drift.says,
    lastEvent: drift.says,
    count: 0,
  });

  const failed: LightReason = { light: 'bad', about: 'system', says: 'Its server does not run.' };
  const several = [watched('price-berlin', 'bad', failed, drift), watched('price', 'good', server)];
  expect(monitorStation({ ...facts, watched: several })).toMatchObject({
    state: 'bad',
    status: 'server',
    reason: 'price-berlin: Its server does not run.',
  });
  const mild: Alert = { ...alert, severity: 'warning' };
  expect(monitorStation({ ...facts, watched: several, alerts: [mild] })).toMatchObject({
    state: 'bad',
    status: '1 alert',
  });

  expect(monitorStation({ ...facts, watched: [watched('price', 'good', server)] })).toMatchObject({
    state: 'good',
    status: 'no alert',
    reason: server.says,
    lastEvent: 'R² 0.78',
  });
  const stopped = [watched('price', 'unknown', { light: 'unknown', about: 'system', says: 'It is stopped.' }, drift)];
  expect(monitorStation({ ...facts, watched: stopped })).toMatchObject({
    state: 'idle',
    status: 'not known',
    reason: 'It is stopped.',
  });
  expect(monitorStation({ ...facts, watched: stopped, alerts: [alert] })).toMatchObject({ state: 'bad' });
  expect(monitorStation({ ...facts, report: undefined, watched: [watched('price', 'good', server)] })).toMatchObject({
    state: 'empty',
    status: 'nothing yet',
    reason: null,
  });
});

test.each([
  ['nothing yet', nothing, 'Drop a file here', 'data'],
  ['data', { ...nothing, datasets: [dataset] }, 'sales is ready', 'train'],
  ['a run', { ...nothing, datasets: [dataset], runs: 1, newestRun: run }, 'A run is ready to be packaged', 'train'],
  [
    'a model',
    { ...nothing, datasets: [dataset], runs: 1, newestRun: run, models: [model], model },
    'The model is packaged',
    'deploy',
  ],
  [
    'a deployment',
    { ...nothing, datasets: [dataset], runs: 1, newestRun: run, models: [model], model, deployment },
    'It answers, and waits for requests',
    'deploy',
  ],
])('with %s the next step is said', (_, facts, headline, phase) => {
  expect(describeFinding(facts)).toMatchObject({ headline, action: { phase } });
});

const served = { ...nothing, datasets: [dataset], runs: 1, newestRun: run, models: [model], model, deployment };

test('what is broken comes before what is alarming, and that before what is well', () => {
  const report = reportOf([{ year: 2024, metric: 0.4, version: 1 }]);
  const broken = { ...deployment, status: 'failed', error: 'The file is damaged.' } as Deployment;
  expect(describeFinding({ ...served, report, alerts: [alert], deployment: broken }).headline).toBe(
    'price does not answer',
  );
  expect(describeFinding({ ...served, report, alerts: [alert] })).toMatchObject({
    headline: 'R² fell to 0.40',
    action: { phase: 'monitor' },
  });
  expect(describeFinding({ ...served, report, alerts: [{ ...alert, state: 'resolved' }] }).headline).toBe(
    'R² of price is 0.40',
  );
});

test('a renewal that helped is told with the worst window before it', () => {
  const report = reportOf([
    { year: 2021, metric: 0.8, version: 1 },
    { year: 2022, metric: 0.52, version: 1 },
    { year: 2023, metric: 0.6, version: 1 },
    { year: 2024, metric: 0.79, version: 2 },
  ]);
  expect(describeFinding({ ...served, report })).toMatchObject({
    headline: 'R² of price is 0.79',
    lines: ['It had fallen to 0.52 in 2022;', 'version 2 brought it back.'],
  });
});

test('a run that waits for a person is said on its station, and before alerts', () => {
  const paused: ListedRun = {
    id: 'plr_1',
    pipeline: 'price',
    number: 13,
    status: 'paused',
    trigger: { kind: 'schedule', detail: '' },
    parameters: {},
    steps: [],
    decision: null,
    startedAt: at,
    finishedAt: null,
    error: null,
  };
  const facts: CircleFacts = { ...nothing, pipelineRuns: [{ ...paused, status: 'succeeded' }, paused] };
  expect(describeStations(facts).at(-1)).toMatchObject({
    value: 1,
    unit: 'at the gate',
    state: 'warning',
    status: 'waits for you',
  });
  expect(describeFinding(facts)).toMatchObject({
    headline: 'price waits for you',
    action: { label: 'Review it', phase: 'retrain' },
  });
});
