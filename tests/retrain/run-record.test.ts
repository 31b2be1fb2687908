import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { GalleyError } from '../../engine/base/errors.ts';
import type { EngineContext } from '../../engine/jobs/context.ts';
import { EventLog } from '../../engine/jobs/event-log.ts';
import { RunRecord } from '../../engine/retrain/run-record.ts';
import { RetrainStore } from '../../engine/retrain/store.ts';
import { Database } from '../../engine/store/database.ts';
import { countedIds, fixedClock } from '../support/fixed.ts';
import { temporaryFolder } from '../support/temporary.ts';

function newRecord() {
  const database = new Database(join(temporaryFolder(), 'galley.db'));
  onTestFinished(() => database.close());
  database.migrate();
  const clock = fixedClock();
  const context = { database, clock, events: new EventLog(0), newId: countedIds(clock) } as unknown as EngineContext;
  const store = new RetrainStore(database);
  const settings = { name: 'sales', model: 'sales', dataset: 'sales', deployment: null, windowDays: null };
  store.save({ id: 'pl_1', ...settings, margin: 0, onAlert: false }, clock.now());
  const pipeline = store.find('sales');
  if (!pipeline) throw new Error('the pipeline was not saved');
  const start = () => new RunRecord(context, store, pipeline, { kind: 'hand', detail: 'by hand' });
  return { start, store, clock, events: context.events };
}

test('each change of a step is on the disk and told before the next begins', async () => {
  const { start, store, clock, events } = newRecord();
  const told: string[] = [];
  const record = start();
  events.listen((event) => {
    if (event.type === 'phase.changed') told.push(store.findRun(record.id)?.steps[0]?.status ?? '');
  });
  const result = await record.step('data', async () => {
    clock.advance(1500);
    return { result: 7, outcome: { summary: 'sales@1, all 3 rows' } };
  });
  expect(result).toBe(7);
  expect(told).toEqual(['running', 'succeeded']);
  expect(record.read().steps[0]).toEqual({
    name: 'data',
    status: 'succeeded',
    cached: false,
    seconds: 1.5,
    summary: 'sales@1, all 3 rows',
  });
});

test('what a step concludes and its end are written together or not at all', async () => {
  const { start, store } = newRecord();
  const record = start();
  const other = { ...(store.find('sales') as NonNullable<ReturnType<typeof store.find>>), id: 'pl_2', name: 'other' };
  const failing = record.step('promote', async () => ({
    result: undefined,
    outcome: { cached: true, summary: 'champion is version 2' },
    conclude: () => {
      store.save(other, 1);
      throw new GalleyError('package.version_not_found', 'There is no version 2.');
    },
  }));
  await expect(failing).rejects.toThrow('There is no version 2.');
  expect(store.find('other')).toBeUndefined();
  expect(record.read().steps.find(({ name }) => name === 'promote')).toMatchObject({
    status: 'failed',
    cached: false,
    summary: 'There is no version 2.',
  });
});

test('a run that ends early says how, and skips what waited', async () => {
  const { start } = newRecord();
  const record = start();
  await record.step('data', async () => ({ result: undefined, outcome: { summary: 'sales@1' } }));
  record.fail(new GalleyError('job.canceled', 'The job was stopped.'));
  const run = record.read();
  expect(run).toMatchObject({ status: 'canceled', error: 'The job was stopped.' });
  expect(run.steps.map(({ status }) => status)).toEqual(['succeeded', ...Array(5).fill('skipped')]);
});

test('the database keeps a pipeline from running twice at a time', () => {
  const { start } = newRecord();
  const first = start();
  expect(start).toThrow(/UNIQUE/);
  first.succeed();
  expect(start().read().number).toBe(2);
});
