import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AlertStore, alertView } from '../../../engine/monitor/alerts/alert-store.ts';
import { RuleStore } from '../../../engine/monitor/alerts/rule-store.ts';
import { MonitorStore } from '../../../engine/monitor/store.ts';
import { Database } from '../../../engine/store/database.ts';
import { migrations } from '../../../engine/store/migrations/index.ts';
import { temporaryFolder } from '../../support/temporary.ts';

/** A project as the version before left it: four deployments with other limits, three alerts. */
function earlierProject(): Database {
  const database = new Database(join(temporaryFolder(), 'galley.db'));
  const before = migrations.findIndex(({ name }) => name === 'alert rules');
  database.migrate(migrations.slice(0, before));
  for (const name of ['all', 'some', 'rows', 'none']) {
    database.run(
      `INSERT INTO deployments (id, name, model, version, wanted, created_at) VALUES (?, ?, 'price', 2, 'running', 1)`,
      `dep_${name}`,
      name,
    );
  }
  const limits = (name: string, ...values: (number | null)[]) =>
    database.run('INSERT INTO limits VALUES (?, ?, ?, ?, ?)', `dep_${name}`, ...values);
  limits('all', 0.7, 0.25, 50, 1);
  limits('some', null, 0, null, 0);
  limits('rows', null, null, 10, null);
  const alert = (id: string, rule: string, severity: string, state: string, resolvedAt: number | null) =>
    database.run(
      `INSERT INTO alerts (id, deployment_id, rule, severity, version, title, detail, event_time, raised_at, resolved_at, state)
       VALUES (?, 'dep_all', ?, ?, 2, ?, 'why', 1000, 2000, ?, ?)`,
      id,
      rule,
      severity,
      `title of ${id}`,
      resolvedAt,
      state,
    );
  alert('al_1', 'performance', 'bad', 'open', null);
  alert('al_2', 'drift', 'warning', 'acknowledged', null);
  alert('al_3', 'drift', 'warning', 'resolved', 3000);
  database.migrate();
  return database;
}

test('limits from before rules hold as before, as the two rules that every deployment has', () => {
  const database = earlierProject();
  const store = new MonitorStore(database);
  expect(store.limits('dep_all')).toEqual({ bound: 0.7, driftShare: 0.25, minimumRows: 50, retrain: true });
  expect(store.limits('dep_some')).toEqual({ bound: null, driftShare: 0, minimumRows: null, retrain: false });
  expect(store.limits('dep_rows')).toEqual({ bound: null, driftShare: null, minimumRows: 10, retrain: null });
  expect(store.limits('dep_none')).toEqual({ bound: null, driftShare: null, minimumRows: null, retrain: null });
  const rules = new RuleStore(database).list('dep_all');
  expect(rules).toMatchObject([
    { name: 'performance', metric: 'performance', bound: 0.7, severity: 'bad', retrain: true, isOn: true },
    { name: 'drift', metric: 'drift_share', comparison: 'above', bound: 0.25, severity: 'warning', retrain: true },
  ]);
  expect(rules[0]).toMatchObject({ window: 'automatic', comparison: null, forWindows: 1, hysteresis: 0, channels: [] });
  database.close();
});

test('limits are set one by one, and what is not named stays', () => {
  const database = earlierProject();
  const store = new MonitorStore(database);
  store.setLimits('dep_all', { driftShare: 0.4 });
  store.setLimits('dep_none', { retrain: true });
  store.setLimits('dep_rows', { minimumRows: 5, bound: 3 });
  expect(store.limits('dep_all')).toEqual({ bound: 0.7, driftShare: 0.4, minimumRows: 50, retrain: true });
  expect(store.limits('dep_none')).toEqual({ bound: null, driftShare: null, minimumRows: null, retrain: true });
  expect(store.limits('dep_rows')).toEqual({ bound: 3, driftShare: null, minimumRows: 5, retrain: false });
  database.close();
});

test('alerts from before are shown as they were', () => {
  const database = earlierProject();
  const alerts = new AlertStore(database).list('dep_all').map(alertView);
  expect(alerts.map(({ id, state, rule, severity, cause }) => [id, state, rule, severity, cause])).toEqual([
    ['al_3', 'resolved', 'drift', 'warning', 'drift'],
    ['al_2', 'acknowledged', 'drift', 'warning', 'drift'],
    ['al_1', 'open', 'performance', 'bad', 'performance'],
  ]);
  expect(alerts[2]).toEqual({
    id: 'al_1',
    deployment: 'all',
    version: 2,
    rule: 'performance',
    cause: 'performance',
    severity: 'bad',
    title: 'title of al_1',
    detail: 'why',
    eventTime: '1970-01-01T00:00:01.000Z',
    since: '1970-01-01T00:00:01.000Z',
    raisedAt: '1970-01-01T00:00:02.000Z',
    state: 'open',
    snoozedUntil: null,
    alsoBroken: [],
    contributions: [],
    lookAt: '',
  });
  expect(database.check()).toEqual([]);
  database.close();
});
