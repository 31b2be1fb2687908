import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from '../../engine/app.ts';
import { seededRandom } from '../../engine/base/random.ts';
import { calls } from '../../engine/contract/index.ts';
import type { MonitorReport } from '../../engine/contract/monitor.ts';
import { here, ProfileStore, preparedRow } from '../../engine/monitor/profiles/profile-store.ts';
import { features, yearFile } from '../../engine/retrain/demo/ridership.ts';
import { bucketOf } from '../../engine/statistics/profile/bucket-sketch.ts';
import type { ColumnSketch } from '../../engine/statistics/profile/column-sketch.ts';
import { decodeReference } from '../../engine/statistics/profile/decode-reference.ts';
import { prepareReference } from '../../engine/statistics/profile/reference-profile.ts';
import { latencyScale, WindowSketch } from '../../engine/statistics/profile/window-sketch.ts';
import { type ProfileUnit, spanEnd } from '../../engine/statistics/profile/window-time.ts';
import { deploySample, type SharedApp } from '../monitor/deployed-sample.ts';
import type { Bench, Row } from './bench.ts';

const name = 'ridership';
const predictions = 100_000_000;
const months = 36;
const firstMonth = Date.UTC(2023, 0, 1);
/** Values that are drawn for a window; each stands for many rows. */
const drawn = 2000;

/** Sums of 100 million predictions over three years, drawn by bins and buckets as if they had been counted. */
function fill(app: App): void {
  const { database } = app.context;
  const [deploymentId] = database.column<string>('SELECT id FROM deployments');
  const [profile] = database.column<string>('SELECT profile FROM profile_references');
  const reference = prepareReference(decodeReference(JSON.parse(profile as string)));
  const store = new ProfileStore(database);
  const owner = { deploymentId: deploymentId as string, source: here, instance: '', version: 1 };
  const random = seededRandom(1);
  const put = (unit: ProfileUnit, start: number, rows: number) => {
    const window = new WindowSketch(reference, unit, start);
    window.rows = rows;
    [window.first, window.last] = [start, spanEnd(unit, start) - 1];
    for (const column of window.columns) drawColumn(column, rows, random);
    for (let count = 0; count < 200; count++)
      window.latency.add(bucketOf(1 + 10 * random(), latencyScale), Math.ceil(rows / 200));
    store.put(owner, preparedRow(window));
  };
  store.transaction(() => {
    const perMonth = Math.round(predictions / months);
    for (let month = 0; month < months; month++) {
      const start = new Date(firstMonth).setUTCMonth(month);
      put('month', start, perMonth);
      const end = spanEnd('month', start);
      const days = (end - start) / 86_400_000;
      for (let day = start; day < end; day += 86_400_000) put('day', day, Math.round(perMonth / days));
    }
  });
}

function drawColumn(column: ColumnSketch, rows: number, random: () => number): void {
  const share = Math.floor(rows / drawn);
  column.rows = rows;
  column.missing = rows - share * drawn;
  for (let draw = 0; draw < drawn; draw++) {
    if (column.kind === 'text') {
      const position = Math.floor(random() * Math.max(1, column.counts.length - 2));
      column.counts[position] = (column.counts[position] as number) + share;
      continue;
    }
    const { bins, find } = column.prepared;
    const value = bins.centre + bins.scale * (random() + random() + random() - 1.5);
    column.counts[find(value)] = (column.counts[find(value)] as number) + share;
    column.sketch.add(bucketOf(value, bins), share);
    column.minimum = Math.min(column.minimum ?? value, value);
    column.maximum = Math.max(column.maximum ?? value, value);
  }
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function run(): Promise<Row[]> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'galley-bench-')));
  const projectPath = join(folder, 'project');
  const open = async (): Promise<SharedApp> => {
    const app = await App.open({ projectPath, create: true });
    const call: SharedApp['call'] = async (of, input) => {
      const answer = await app.call(of.name, input);
      if (!of.job) return answer as never;
      return app.context.jobs.result((answer as { job: { id: string } }).job.id);
    };
    return { app, folder, call, close: () => app.close() };
  };
  try {
    const first = await open();
    await deploySample(first, name, [yearFile(2001)], { target: name, features });
    await first.call(calls.monitor.report, { deployment: name });
    fill(first.app);
    await first.call(calls.deploy.stop, { deployment: name });
    await first.close();
    const engine = await open();
    const report = (input: object = {}) => engine.call(calls.monitor.report, { deployment: name, ...input });
    let whole: MonitorReport | undefined;
    const cold = await milliseconds(async () => {
      whole = await report();
    });
    if (whole?.drift.source !== 'profile' || Math.abs(whole.traffic.rows - predictions) > 1000) {
      throw new Error(`the report has ${whole?.traffic.rows} rows from ${whole?.drift.source}`);
    }
    const year = await milliseconds(() => report({ since: '2024-01-01T00:00:00Z', until: '2025-01-01T00:00:00Z' }));
    const weeks = await milliseconds(() =>
      report({ since: '2024-01-03T00:00:00Z', until: '2025-01-08T00:00:00Z', window: 'week' }),
    );
    await engine.call(calls.monitor.overview, { fresh: true });
    const overview = await milliseconds(() => engine.call(calls.monitor.overview, {}));
    await engine.close();
    return [
      {
        measure: 'report of 100 million predictions, first after a start',
        value: cold,
        unit: 'ms',
        target: 'at most 500 ms',
      },
      { measure: 'drift report of a year from sketches', value: year, unit: 'ms', target: 'at most 300 ms' },
      { measure: 'the same by week, ends within months', value: weeks, unit: 'ms', target: 'at most 500 ms' },
      { measure: 'overview', value: overview, unit: 'ms', target: 'at most 500 ms' },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export default { name: 'profiles', run } satisfies Bench;
