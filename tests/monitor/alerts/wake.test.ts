import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { EngineContext } from '../../../engine/jobs/context.ts';
import { EventLog } from '../../../engine/jobs/event-log.ts';
import type { AlertSources } from '../../../engine/monitor/alerts/index.ts';
import { Alerts } from '../../../engine/monitor/alerts/index.ts';
import { MonitorStore } from '../../../engine/monitor/store.ts';
import { Database } from '../../../engine/store/database.ts';
import { ProjectActions } from '../../../engine/store/project-actions.ts';
import { countedIds, fixedClock } from '../../support/fixed.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const hour = 3_600_000;

/** A project with an alert that is silent for an hour. */
function world() {
  const database = new Database(join(temporaryFolder(), 'galley.db'));
  onTestFinished(() => database.close());
  database.migrate();
  database.run(
    "INSERT INTO deployments (id, name, model, version, wanted, created_at) VALUES ('dep_1', 'shop', 'price', 1, 'running', 1)",
  );
  const clock = fixedClock();
  const events = new EventLog(0);
  const heard: string[] = [];
  events.listen(({ type }) => heard.push(type));
  const project = { id: 'prj_1', name: 'Prices', path: '' };
  const actions = new ProjectActions();
  const context = { database, clock, events, project, actions, newId: countedIds(clock) } as unknown as EngineContext;
  const store = new MonitorStore(database);
  const alerts = new Alerts(context, { sources: { store } } as unknown as AlertSources);
  const breach = {
    rule: 'drift',
    cause: 'drift',
    severity: 'warning',
    title: 'It drifted',
    detail: '',
    lookAt: '',
  } as const;
  store.alerts.raise({
    id: 'alert_1',
    deploymentId: 'dep_1',
    version: 1,
    breaches: [{ ...breach, contributions: [], since: 0, from: 0, to: 10 }],
    raisedAt: clock.now(),
  });
  store.alerts.setState('alert_1', 'snoozed', clock.now() + hour);
  return { alerts, store, clock, heard };
}

test('an alert that wakes is told to people again, and starts no retraining', () => {
  const { alerts, store, clock, heard } = world();
  clock.advance(hour - 1);
  alerts.tell();
  expect(heard).toEqual([]);
  clock.advance(1);
  alerts.tell();
  expect(store.alerts.find('alert_1')?.state).toBe('open');
  expect(heard).toEqual(['phase.changed', 'alert.told']);
});

test('telling that fails is said and tried again, and ends nothing', () => {
  const errors = vi.spyOn(console, 'error').mockImplementation(() => {});
  const { alerts, store, clock, heard } = world();
  clock.advance(hour);
  const awoken = vi.spyOn(store.alerts, 'awoken').mockImplementationOnce(() => {
    throw new Error('the database is busy');
  });
  alerts.tell();
  expect(errors).toHaveBeenCalledOnce();
  alerts.tell();
  expect(heard).toContain('alert.told');
  awoken.mockRestore();
  errors.mockRestore();
});

test('an alert is silent until a time to come only', async () => {
  const { alerts } = world();
  for (const until of ['soon', '2001-01-01T00:00:00Z']) {
    const snoozed = alerts.handlers.snooze({ alert: 'alert_1', until }, new AbortController().signal);
    await expect(snoozed).rejects.toMatchObject({ code: 'monitor.invalid_range' });
  }
});
