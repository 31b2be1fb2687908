import { expect, test } from 'vitest';
import { dataCalls } from '../../engine/contract/data.ts';
import { deployCalls } from '../../engine/contract/deploy.ts';
import { monitorCalls } from '../../engine/contract/monitor.ts';
import { packageCalls } from '../../engine/contract/package.ts';
import { projectCalls } from '../../engine/contract/project.ts';
import { demoCalls, retrainCalls } from '../../engine/contract/retrain.ts';
import { sampleReference } from '../support/sample-frames.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { openApp } from './open-app.ts';

/** R² that scikit-learn's ridge, fitted on 2001 to 2003 only, reached in a later year. */
function frozenReference(year: number): number {
  const results = sampleReference('chicago_ridership').results?.frozen[`chicago-${year}.csv`];
  return results?.ridge?.r2 as number;
}

test('the demo to 2006 walks around the circle, and every phase tells the same of it', async () => {
  const folder = temporaryFolder();
  const { app, call } = await openApp(folder);
  const { project, model, years } = await call(demoCalls.run, { untilYear: 2006 });
  expect(project).toMatchObject({ path: folder });
  expect(model).toBe('ridership');
  expect(years.map(({ year }) => year)).toEqual([2004, 2005, 2006]);
  for (const { year, frozen } of years) {
    expect(Math.abs(frozen.r2 - frozenReference(year)), `${year}`).toBeLessThan(0.02);
  }
  expect(years.map(({ live }) => live.version)).toEqual([1, 1, 1]);
  expect(years.map(({ retrained }) => retrained)).toEqual([false, false, true]);
  expect(years.map(({ alerts }) => alerts.length)).toEqual([0, 0, 1]);

  const { version, versions } = await call(dataCalls.show, { reference: model });
  expect(versions).toHaveLength(4);
  expect(version).toMatchObject({ version: 4, rows: 1074 + 366 + 365 + 365, rowsAdded: 365, timeColumn: 'date' });

  const report = await call(monitorCalls.report, {
    deployment: model,
    since: '2004-01-01T00:00:00Z',
    until: '2005-01-01T00:00:00Z',
  });
  expect(report.traffic.rows).toBe(366);
  expect(report.performance?.rows).toBe(366);
  expect(report.performance?.metrics.r2).toBeCloseTo(years[0]?.live.r2 as number, 9);

  const { alerts } = await call(monitorCalls.alerts, { deployment: model });
  const { pipelines, runs } = await call(retrainCalls.list, {});
  expect(pipelines).toEqual([
    expect.objectContaining({
      models: [model],
      renewal: expect.objectContaining({ deployment: model, windowDays: 365, onAlert: true }),
    }),
  ]);
  expect(runs).toHaveLength(1);
  expect(runs[0]).toMatchObject({
    status: 'succeeded',
    trigger: { kind: 'alert', detail: alerts[0]?.title },
    decision: { promoted: true, champion: { version: 1 }, challenger: { version: 2 }, rows: 73 },
  });
  expect(runs[0]?.steps.every(({ status, cached }) => status === 'succeeded' && !cached)).toBe(true);

  const [registered] = (await call(packageCalls.list, {})).models;
  expect(registered?.aliases).toEqual({ champion: 2 });
  const { deployments } = await call(deployCalls.list, {});
  expect(deployments.map(({ name, status }) => [name, status])).toEqual([
    ['ridership', 'running'],
    ['ridership-frozen', 'stopped'],
  ]);
  const live = await fetch(deployments[0]?.url as string);
  expect(await live.json()).toMatchObject({ model, version: 2 });

  await call(monitorCalls.limits, { deployment: model, retrain: false });
  expect((await call(retrainCalls.list, {})).pipelines[0]?.renewal?.onAlert).toBe(false);

  await app.close();
  const again = await openApp(folder);
  expect(await again.call(projectCalls.verify, {})).toMatchObject({ ok: true, problems: [] });
  expect((await again.call(retrainCalls.list, {})).runs).toEqual(runs);
}, 120_000);

test('a demo that is stopped ends with what it had started', async () => {
  const { app, start } = await openApp();
  const { events, jobs } = app.context;
  const training = new Promise<void>((resolve) =>
    events.listen((event) => {
      if (event.type === 'job.changed' && event.job.kind === 'train.run' && event.job.state === 'running') resolve();
    }),
  );
  const job = await start(demoCalls.run, {});
  await training;
  jobs.cancel(job.id);
  expect(await jobs.settled(job.id)).toMatchObject({ state: 'canceled' });
  expect(jobs.list().map(({ kind, state }) => [kind, state])).toEqual([
    ['train.run', 'canceled'],
    ['data.import', 'succeeded'],
    ['demo.run', 'canceled'],
  ]);
}, 60_000);
