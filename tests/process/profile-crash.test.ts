import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { seededRandom } from '../../engine/base/random.ts';
import type { Call } from '../../engine/contract/call.ts';
import { calls } from '../../engine/contract/index.ts';
import type { MonitorReport } from '../../engine/contract/monitor.ts';
import { Database } from '../../engine/store/database.ts';
import { readCells, rowOf, sampleFile } from '../monitor/deployed-sample.ts';
import { logged, predict } from '../serving/running-server.ts';
import { startEngine } from '../support/engine.ts';
import { temporaryFolder } from '../support/temporary.ts';

const name = 'ridership';
const file = sampleFile('chicago_ridership', 'chicago-2001.csv');

interface Unit {
  unit: string;
  rows: number;
}

test('an engine that is killed at any moment neither loses a row of the sums nor has one twice', async () => {
  const project = join(temporaryFolder(), 'project');
  let engine = await startEngine(project);
  const ask = <Answer>(call: Call, input: unknown) =>
    call.job ? engine.result<Answer>(call.name, input) : engine.call<Answer>(call.name, input);
  await engine.result('data.add', { name, files: [file] });
  const { best } = await engine.result<{ best: { id: string } }>('train.run', {
    reference: name,
    learners: ['linear'],
    target: name,
    features: ['temp', 'humidity'],
    split: { kind: 'every-nth', every: 5 },
  });
  const added = await ask<{ signature: Parameters<typeof rowOf>[1] }>(calls.package.add, {
    run: best.id,
    model: name,
    alias: 'champion',
  });
  const days = readCells(file);
  const random = seededRandom(11);
  let sent = 0;
  for (let round = 0; round < 4; round++) {
    const { url } = await ask<{ url: string }>(calls.deploy.start, { reference: name });
    for (let part = 0; part < 3; part++) {
      const some = days.slice(part * 20, part * 20 + 20);
      const ids = some.map((_, row) => `row-${sent + row}`);
      const event_times = some.map((day) => day.date as string);
      await predict(url, { rows: some.map((day) => rowOf(day, added.signature)), ids, event_times });
      sent += some.length;
    }
    await logged(url, 60);
    const asked = engine.call<MonitorReport>('monitor.report', { deployment: name }).catch(() => null);
    await sleep(random() * 700);
    await engine.kill('SIGKILL');
    await asked;
    engine = await startEngine(project);
  }
  await ask(calls.deploy.start, { reference: name });
  const { traffic, drift } = await engine.call<MonitorReport>('monitor.report', { deployment: name });
  const rows = await engine.call<MonitorReport>('monitor.report', { deployment: name, rows: true });
  expect([drift.source, rows.drift.source]).toEqual(['profile', 'rows']);
  expect(traffic.rows).toBe(sent);
  expect(rows.traffic.rows).toBe(sent);
  await engine.kill('SIGTERM');
  const database = new Database(join(project, 'galley.db'));
  const units = database.all<Unit>('SELECT unit, sum(rows) AS rows FROM profile_windows GROUP BY unit ORDER BY unit');
  expect(database.get('SELECT count(*) AS parts FROM log_parts WHERE is_profiled = 0')).toEqual({ parts: 0 });
  database.close();
  expect(units.map(({ unit, rows }) => [unit, rows])).toContainEqual(['day', sent]);
  expect(units.map(({ unit, rows }) => [unit, rows])).toContainEqual(['month', sent]);
}, 400_000);
