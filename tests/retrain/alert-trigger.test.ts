import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Job } from '../../engine/contract/jobs.ts';
import type { Alert } from '../../engine/contract/monitor-alerts.ts';
import type { PipelineRun } from '../../engine/contract/retrain.ts';
import { EventLog } from '../../engine/jobs/event-log.ts';
import { AlertTrigger } from '../../engine/retrain/alert-trigger.ts';
import { PipelineFiles } from '../../engine/retrain/pipeline-files.ts';
import { PipelineRunStore } from '../../engine/retrain/run-store.ts';
import type { PipelineRunner } from '../../engine/retrain/runner.ts';
import type { DirectedPhases } from '../../engine/retrain/step-tools.ts';
import { RetrainStore } from '../../engine/retrain/store.ts';
import { TriggerDefinitions } from '../../engine/retrain/triggers/trigger-definitions.ts';
import { TriggerStore } from '../../engine/retrain/triggers/trigger-store.ts';
import { WaitingRuns } from '../../engine/retrain/triggers/waiting-runs.ts';
import { Database } from '../../engine/store/database.ts';
import { fixedClock } from '../support/fixed.ts';
import { temporaryFolder } from '../support/temporary.ts';

const raisedAt = '2025-01-01T00:00:00.000Z';
const alert: Alert = {
  id: 'alert_1',
  deployment: 'prices',
  version: 1,
  rule: 'performance',
  cause: 'performance',
  severity: 'bad',
  title: 'r2 fell to 0.6, below 0.7',
  detail: '',
  eventTime: raisedAt,
  since: raisedAt,
  snoozedUntil: null,
  alsoBroken: [],
  contributions: [],
  lookAt: '',
  raisedAt,
  state: 'open',
};

interface World {
  alert?: Partial<Alert>;
  /** The switch of the rule that was broken. */
  retrain?: boolean;
  running?: boolean;
  /** When the run began that goes on. */
  runningSince?: string;
  /** When the version that answers now went live. */
  releasedAt?: string;
  /** Whether the engine lives for more than one command. */
  stays?: boolean;
}

/** A trigger in a world with the deployment `prices` and the pipeline `prices` that renews it from the dataset `houses`. */
function world({
  alert: change,
  retrain = true,
  running = false,
  runningSince = '2024-12-31T00:00:00Z',
  releasedAt,
  stays = true,
}: World = {}) {
  const database = new Database(join(temporaryFolder(), 'galley.db'));
  onTestFinished(() => database.close());
  database.migrate();
  const store = new RetrainStore(database);
  const renewal = {
    model: 'prices',
    dataset: 'houses',
    deployment: 'prices',
    windowDays: null,
    margin: 0,
    onAlert: false,
  };
  store.save({ id: 'pl_1', name: 'prices', renewal }, 1);
  const boats = { ...renewal, dataset: 'boats', deployment: 'boats', onAlert: true };
  store.save({ id: 'pl_2', name: 'other', renewal: boats }, 2);
  const deployments = ['prices', 'boats'].map((name) => ({
    name,
    id: `dep_${name}`,
    model: name,
    follows: 'champion',
  }));
  const phases = {
    deploy: {
      handlers: { list: async () => ({ deployments }) },
      find: (name: string) => deployments.find((candidate) => candidate.name === name),
      releases: () => (releasedAt ? [{ version: 2, at: Date.parse(releasedAt), reason: '' }] : []),
    },
    monitor: {
      handlers: {
        alerts: async () => ({ alerts: [{ ...alert, ...change }] }),
        rules: async ({ deployment }: { deployment: string }) => ({
          rules: [
            { name: 'performance', isOn: true, retrain: retrain || deployment === 'boats' },
            { name: 'drift', isOn: true, retrain: false },
            { name: 'late', isOn: false, retrain: true },
          ],
        }),
      },
    },
  } as unknown as DirectedPhases;
  const started: [string, PipelineRun['trigger']][] = [];
  const ended = Promise.withResolvers<void>();
  let isRunning = running;
  const runs = new PipelineRunStore(database);
  const begun = { definition: '', parameters: {}, steps: [], fresh: false };
  runs.start(
    { ...begun, id: 'plr_1', pipelineId: 'pl_1', trigger: { kind: 'hand', detail: 'by hand' } },
    Date.parse(runningSince),
  );
  const runner = {
    runningRuns: () => (isRunning ? ['plr_1'] : []),
    idle: async () => (isRunning ? ended.promise : undefined),
    start: ({ name }, { trigger, conclude }) => {
      if (isRunning) throw new Error('It runs already.');
      isRunning = true;
      started.push([name, trigger]);
      conclude?.('plr_2');
      return {} as Job;
    },
  } as Partial<PipelineRunner> as PipelineRunner;
  const events = new EventLog(0);
  const context = { clock: fixedClock(4), events };
  const triggers = new TriggerStore(database);
  const definitions = new TriggerDefinitions(new PipelineFiles(temporaryFolder()));
  const waiting = new WaitingRuns({ context, store, triggers, definitions, runs, runner });
  const trigger = new AlertTrigger({ context, store, runs, phases, runner, waiting });
  const end = () => {
    isRunning = false;
    ended.resolve();
  };
  if (stays) trigger.watchRows();
  const tellOfAlert = () => events.publish({ type: 'alert.raised', alert: alert.id, title: alert.title });
  const raise = async () => {
    tellOfAlert();
    await trigger.settled();
    return started;
  };
  const tellOfRows = (dataset: string) => events.publish({ type: 'phase.changed', phase: 'data', subject: dataset });
  const addRows = async (dataset = 'houses') => {
    tellOfRows(dataset);
    await trigger.settled();
    return started;
  };
  return { raise, addRows, tellOfAlert, tellOfRows, trigger, triggers, started, end };
}

test('an alert starts the pipeline of its deployment and no other', async () => {
  expect(await world().raise()).toEqual([['prices', { kind: 'alert', detail: 'r2 fell to 0.6, below 0.7' }]]);
});

test('an alert starts it also where the engine lives for one command', async () => {
  expect(await world({ stays: false }).raise()).toHaveLength(1);
});

test('an alert starts nothing where its rule does not say so', async () => {
  expect(await world({ retrain: false }).raise()).toEqual([]);
});

test('any rule that an alert broke may start it, those aside that do not say so or are switched off', async () => {
  const raiseOf = (rule: string, alsoBroken: string[] = []) => world({ alert: { rule, alsoBroken } }).raise();
  expect(await raiseOf('drift')).toEqual([]);
  expect(await raiseOf('late')).toEqual([]);
  expect(await raiseOf('drift', ['performance'])).toHaveLength(1);
});

test('an alert that is raised while it runs starts a run once that has ended, which an engine that ends does not lose', async () => {
  const { tellOfAlert, triggers, trigger, started, end } = world({ running: true });
  tellOfAlert();
  await expect.poll(() => triggers.waiting()).toMatchObject([{ pipelineId: 'pl_1', trigger: { kind: 'alert' } }]);
  expect(started).toEqual([]);
  end();
  await trigger.settled();
  expect(started).toEqual([['prices', { kind: 'alert', detail: 'r2 fell to 0.6, below 0.7' }]]);
  expect(triggers.waiting()).toEqual([]);
});

test('an alert starts nothing where a run goes on that began since it was raised', async () => {
  const { raise, triggers } = world({ running: true, runningSince: raisedAt });
  expect(await raise()).toEqual([]);
  expect(triggers.waiting()).toEqual([]);
});

test('nothing starts once the engine ends', async () => {
  const { trigger, raise, addRows } = world();
  trigger.stop();
  expect(await raise()).toEqual([]);
  expect(await addRows()).toEqual([]);
});

test.each([['open'], ['acknowledged']] as const)('new rows start it while an alert is %s', async (state) => {
  const started = await world({ alert: { state } }).addRows();
  expect(started).toEqual([
    ['prices', { kind: 'alert', detail: 'r2 fell to 0.6, below 0.7 (still so when new rows came)' }],
  ]);
});

test('new rows that come while it runs start one run once that has ended, which an engine that ends does not lose', async () => {
  const { tellOfRows, triggers, trigger, started, end } = world({ running: true });
  tellOfRows('houses');
  tellOfRows('houses');
  await expect.poll(() => triggers.waiting()).toMatchObject([{ trigger: { kind: 'alert' }, times: 2 }]);
  expect(started).toEqual([]);
  end();
  await trigger.settled();
  expect(started).toMatchObject([['prices', { detail: expect.stringMatching(/came\), and 1 more before$/) }]]);
  expect(triggers.waiting()).toEqual([]);
});

test.each([
  ['the alert is resolved', { alert: { state: 'resolved' } } as World, 'houses'],
  ['the alert is of a version that no longer answers', { releasedAt: '2025-01-02T00:00:00Z' }, 'houses'],
  ['the rows are of another dataset', {}, 'cats'],
  ['the limits do not want it', { retrain: false }, 'houses'],
  ['the engine lives for one command', { stays: false }, 'houses'],
])('new rows start nothing where %s', async (_, given, dataset) => {
  expect(await world(given).addRows(dataset)).toEqual([]);
});
