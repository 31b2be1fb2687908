import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { seededRandom } from '../../../engine/base/random.ts';
import { dataCalls } from '../../../engine/contract/data.ts';
import { packageCalls } from '../../../engine/contract/package.ts';
import type { EvaluationArtifact } from '../../../engine/contract/retrain-artifacts.ts';
import { trainCalls } from '../../../engine/contract/train.ts';
import { backtestWindows } from '../../../engine/retrain/steps/backtest-windows.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { openApp } from '../open-app.ts';
import { addRows, logOf, runSteps } from './run-steps.ts';

const day = 86_400_000;

test('windows have a whole window behind and a whole interval ahead', () => {
  const times = Float64Array.from({ length: 10 }, (_, index) => 9 - index);
  expect(backtestWindows(times, 10, 3, 4)).toEqual([
    { from: 0, at: 4, to: 7, trained: 4, judged: 3 },
    { from: 3, at: 7, to: 10, trained: 4, judged: 3 },
  ]);
  expect(backtestWindows(times, 10, 4, null)).toEqual([{ from: 0, at: 4, to: 8, trained: 4, judged: 4 }]);
  expect(backtestWindows(new Float64Array(), 10, 1, 1)).toEqual([]);
});

/** y follows x, with another slope from day 60 on. */
function sales(): string {
  const random = seededRandom(4);
  const lines = Array.from({ length: 120 }, (_, index) => {
    const x = random() * 10;
    const slope = index < 60 ? 2 : -2;
    return `${new Date(index * day).toISOString().slice(0, 10)},${x},${slope * x + random()}`;
  });
  return `day,x,y\n${lines.join('\n')}\n`;
}

const replayed = (every: string) => `
  - { name: rows, kind: fetch, dataset: sales }
  - { name: past, kind: backtest, data: rows, like: sales@champion, every: ${every}, window: 30d }
`;

test('backtest trains as the model was at every interval, and tells of the one after the world changed', async () => {
  const engine = await openApp();
  await addRows(engine, 'sales', sales(), 'day');
  const wish = { reference: 'sales', target: 'y', learners: ['linear'], features: ['x'] };
  const { best } = await engine.call(trainCalls.run, { ...wish, split: { kind: 'every-nth', every: 4 } });
  await engine.call(packageCalls.add, { run: best.id, model: 'sales', alias: 'champion' });
  const ran = await runSteps(engine, replayed('30d'));
  expect(ran.run.error).toBeNull();
  const past = ran.step('past');
  const { figures } = past.output as EvaluationArtifact;
  expect(Object.keys(figures)).toEqual(['r2 from 1970-01-31 on', 'r2 from 1970-03-02 on', 'r2 from 1970-04-01 on']);
  const [before, changed, after] = Object.values(figures) as [number, number, number];
  expect([before > 0.9, changed < 0, after > 0.9]).toEqual([true, true, true]);
  expect(past.facts).toMatchObject({ times: 3, worst: changed, r2: past.facts.mean });
  expect(past.facts.mean).toBeCloseTo((before + changed + after) / 3, 10);
  expect(await logOf(engine, ran, 'past')).toHaveLength(3);
  const { runs } = await engine.call(trainCalls.list, { archived: 'only' });
  expect(runs.map(({ rows }) => rows)).toEqual(Array(3).fill({ training: 30, holdout: 30, dropped: 0 }));
  expect((await runSteps(engine, replayed('30d'))).step('past').cached).toBe(true);
  expect((await runSteps(engine, replayed('5d'))).run.error).toBe(
    'sales@1 cannot be replayed: no time has 10 rows with a target before it and after it.',
  );
  expect((await runSteps(engine, replayed('1ms'))).run.error).toMatch(
    /it would be looked at \d+ times, and at most 10000/,
  );
}, 120_000);

test('fetch reads the source of a dataset again, and says what to do where there is none', async () => {
  const engine = await openApp();
  const file = join(temporaryFolder(), 'rides.csv');
  writeFileSync(file, 'station,riders\na,1\n');
  await engine.call(dataCalls.add, { name: 'rides', files: [file] });
  const steps = '\n  - { name: rows, kind: fetch, dataset: rides, refresh: true }\n';
  expect((await runSteps(engine, steps)).step('rows')).toMatchObject({
    summary: 'rides@1, 1 row, its source as before',
    facts: { rows: 1, version: 1, new: false },
  });
  writeFileSync(file, 'station,riders\na,1\nb,2\n');
  expect((await runSteps(engine, steps)).step('rows')).toMatchObject({
    summary: 'rides@2, 2 rows, read anew',
    facts: { rows: 2, version: 2, new: true },
  });
  await addRows(engine, 'pasted', 'station,riders\na,1\n');
  expect((await runSteps(engine, steps.replace('rides', 'pasted'))).run.error).toBe(
    'pasted has no source that could be read again. Add it from a file, an address or a connection, or leave `refresh` out.',
  );
}, 60_000);
