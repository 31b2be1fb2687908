import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Clock, systemClock } from '../../engine/base/clock.ts';
import { dataCalls } from '../../engine/contract/data.ts';
import { deployCalls } from '../../engine/contract/deploy.ts';
import { monitorCalls } from '../../engine/contract/monitor.ts';
import { packageCalls } from '../../engine/contract/package.ts';
import { type PipelineRun, retrainCalls } from '../../engine/contract/retrain.ts';
import { trainCalls } from '../../engine/contract/train.ts';
import { type Day, features, readYear, target, timeColumn, yearFile } from '../../engine/retrain/demo/ridership.ts';
import { type Answered, sendDays } from '../../engine/retrain/demo/traffic.ts';
import { regressionMetrics } from '../../engine/statistics/regression-metrics.ts';
import { type OpenApp, openApp } from '../retrain/open-app.ts';
import { temporaryFolder } from '../support/temporary.ts';

const years = Array.from({ length: 13 }, (_, index) => 2004 + index);
/** In the rows of this year, as they come into the project, the counter at the gates had lost two of three people. */
const spoiledYear = 2010;

/** A clock that the test moves on, and that goes on by itself in between. */
function movedClock(start: string): Clock & { to(time: string): void } {
  let begin = performance.now();
  let time = Date.parse(start);
  return {
    now: () => Math.round(time + performance.now() - begin),
    monotonic: systemClock.monotonic,
    to: (next) => {
      time = Date.parse(next);
      begin = performance.now();
    },
  };
}

interface World extends OpenApp {
  clock: ReturnType<typeof movedClock>;
  liveUrl: string;
  frozenUrl: string;
}

/** A ridge on 2001 to 2003 that is served twice: `live` follows the champion, `frozen` stays at version 1. */
async function chicago(): Promise<World> {
  const clock = movedClock('2004-01-03T00:00:00Z');
  const engine = await openApp(temporaryFolder(), clock);
  await engine.app.start();
  const { call } = engine;
  await call(dataCalls.add, { name: 'ridership', files: [2001, 2002, 2003].map(yearFile), time: timeColumn });
  const { best } = await call(trainCalls.run, {
    reference: 'ridership',
    target,
    learners: ['linear'],
    features,
    split: { kind: 'every-nth', every: 5 },
    params: { alpha: 1 },
  });
  await call(packageCalls.add, { run: best.id, model: 'ridership', alias: 'champion' });
  const live = await call(deployCalls.start, { reference: 'ridership@champion', name: 'live' });
  const frozen = await call(deployCalls.start, { reference: 'ridership@1', name: 'frozen' });
  return { ...engine, clock, liveUrl: live.url, frozenUrl: frozen.url };
}

interface ReplayedYear {
  year: number;
  live: number;
  frozen: number;
  /** Versions that answered, in their order. */
  versions: number[];
}

const monthsOf = (days: readonly Day[]) => [...Map.groupBy(days, ({ date }) => date.slice(0, 7)).values()];
const weeksOf = (days: readonly Day[]) =>
  Array.from({ length: Math.ceil(days.length / 7) }, (_, week) => days.slice(7 * week, 7 * week + 7));

/** The file of a year; a spoiled one has a third of the people. */
function csvOf(year: number): string {
  const text = readFileSync(yearFile(year), 'utf8');
  if (year !== spoiledYear) return text;
  return text.replace(/^\d+(\.\d+)?(?=,)/gm, (cell) => (Number(cell) / 3).toFixed(3));
}

function r2(days: readonly Day[], answers: readonly Answered[]): number {
  const targets = Float64Array.from(days, ({ label }) => label);
  const predictions = Float64Array.from(answers, ({ prediction }) => prediction);
  return regressionMetrics({ targets, predictions }).r2 as number;
}

/**
 * Asks for the days of a year, month by month (after the spoiled year week by week); what came true follows when each is over.
 * Then the rows of the year come in.
 */
async function replay(world: World, year: number): Promise<ReplayedYear> {
  const { call, clock, app, liveUrl, frozenUrl } = world;
  const { signature } = await call(packageCalls.show, { reference: 'ridership@1' });
  const days = readYear(year, signature.inputs);
  const signal = new AbortController().signal;
  const live: Answered[] = [];
  const frozen: Answered[] = [];
  for (const part of year === spoiledYear + 1 ? weeksOf(days) : monthsOf(days)) {
    live.push(...(await sendDays(liveUrl, part, signal)));
    frozen.push(...(await sendDays(frozenUrl, part, signal)));
    clock.to(`${part.at(-1)?.date}T23:00:00Z`);
    await call(monitorCalls.addLabels, {
      deployment: 'live',
      labels: part.map(({ date, label }) => ({ id: date, label })),
    });
    await app.idle();
  }
  const fileName = `${year}.csv`;
  await call(dataCalls.addText, { name: 'ridership', text: csvOf(year), fileName, append: true });
  await app.idle();
  return {
    year,
    live: r2(days, live),
    frozen: r2(days, frozen),
    versions: [...new Set(live.map(({ version }) => version))],
  };
}

const meanGain = (replayed: readonly ReplayedYear[]) => {
  const from2008 = replayed.filter(({ year }) => year >= 2008);
  return from2008.reduce((sum, { live, frozen }) => sum + live - frozen, 0) / from2008.length;
};

const yearly = `format: 1
pipeline: yearly
summary: Renews ridership each January from the days of the last year.
triggers:
  - { on: schedule, cron: 0 6 2 1 *, timezone: America/Chicago }
steps:
  - { name: rows, kind: fetch, dataset: ridership }
  - { name: fit, kind: train, data: rows, like: ridership@champion, window: 365d }
  - { name: version, kind: register, run: fit, model: ridership }
  - { name: contest, kind: compare, challengers: version }
  - { name: gate, kind: gate, comparison: contest }
  - { name: release, kind: deploy, decision: gate, deployment: live, probation: 20, when: gate.passed }
`;

async function endedRuns({ call, app }: World): Promise<PipelineRun[]> {
  await app.idle();
  const { runs } = await call(retrainCalls.list, {});
  const whole = await Promise.all(runs.map(({ id }) => call(retrainCalls.show, { run: id })));
  return whole.map(({ pipeline_run }) => pipeline_run).sort((one, other) => one.number - other.number);
}

test('each January a pipeline renews the model from the last year: what is better takes over, what is not is refused, and what a spoiled year brought is taken back', async () => {
  const world = await chicago();
  await world.call(retrainCalls.addFile, { text: yearly });
  const replayed: ReplayedYear[] = [];
  for (const year of years) {
    replayed.push(await replay(world, year));
    world.clock.to(`${year + 1}-01-02T12:00:30Z`);
    await expect.poll(async () => (await endedRuns(world)).length, { timeout: 30_000 }).toBe(replayed.length);
  }
  const runs = await endedRuns(world);
  expect(runs.map(({ status, trigger }) => [status, trigger.kind])).toEqual(years.map(() => ['succeeded', 'schedule']));
  const promoted = runs.filter(({ decision }) => decision?.promoted);
  const refused = runs.filter(({ decision }) => decision && !decision.promoted);
  expect(promoted.length).toBeGreaterThanOrEqual(1);
  expect(refused.length).toBeGreaterThanOrEqual(1);
  for (const { decision } of refused) expect(decision?.reason).toMatch(/is not promoted: .+/);

  const spoiled = runs[years.indexOf(spoiledYear)] as PipelineRun;
  expect(spoiled.decision).toMatchObject({ promoted: true });
  const before = spoiled.decision?.champion.version as number;
  const bad = spoiled.decision?.challenger.version as number;
  const { probations } = await world.call(retrainCalls.show, { run: spoiled.id });
  expect(probations).toMatchObject([{ state: 'undone', version: bad, champion: before, deployment: 'live' }]);
  expect(probations[0]?.reason).toMatch(/\S/);
  expect(replayed.find(({ year }) => year === spoiledYear + 1)?.versions).toEqual([bad, before]);
  const [model] = (await world.call(packageCalls.list, {})).models;
  expect(model?.history.find(({ from, to }) => from === bad && to === before)).toMatchObject({ alias: 'champion' });

  expect(meanGain(replayed)).toBeGreaterThanOrEqual(0.2);
}, 600_000);

test('a pipeline that drift starts renews the model from all rows, and says of each run why it came and what it decided', async () => {
  const world = await chicago();
  const { call } = world;
  await call(retrainCalls.add, { model: 'ridership', deployment: 'live', onAlert: true });
  await call(monitorCalls.setRule, { deployment: 'live', name: 'performance', isOn: false });
  const replayed: ReplayedYear[] = [];
  for (const year of years) {
    replayed.push(await replay(world, year));
    await call(monitorCalls.check, { deployment: 'live' });
    await world.app.idle();
  }
  const runs = await endedRuns(world);
  expect(runs.length).toBeGreaterThanOrEqual(1);
  for (const { status, trigger, decision } of runs) {
    expect([status, trigger.kind]).toEqual(['succeeded', 'alert']);
    expect(trigger.detail).toMatch(/drift|moved/i);
    expect(decision?.reason).toMatch(/\S/);
  }
  expect(runs.some(({ decision }) => decision?.promoted)).toBe(true);
  expect(meanGain(replayed)).toBeGreaterThan(0);
}, 600_000);
