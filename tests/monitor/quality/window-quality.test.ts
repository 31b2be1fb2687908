import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Signature } from '../../../engine/contract/values.ts';
import { DeploymentStore } from '../../../engine/deploy/store.ts';
import { here, ProfileStore, preparedRow } from '../../../engine/monitor/profiles/profile-store.ts';
import { rolledUp } from '../../../engine/monitor/profiles/roll-up.ts';
import { LoggedCounts } from '../../../engine/monitor/quality/logged-counts.ts';
import { ProfiledCounts } from '../../../engine/monitor/quality/profiled-counts.ts';
import type { QualityCounts } from '../../../engine/monitor/quality/quality-counts.ts';
import { joinedQuality, spansOfPart } from '../../../engine/monitor/quality/window-quality.ts';
import { Profile } from '../../../engine/statistics/profile/profile.ts';
import { referenceBins } from '../../../engine/statistics/profile/reference-bins.ts';
import { prepareReference } from '../../../engine/statistics/profile/reference-profile.ts';
import { openEngine } from '../../deploy/open-engine.ts';

const deploymentId = 'dep_1';
const owner = { deploymentId, source: here, instance: '', version: 1 };
const begin = Date.UTC(2024, 0, 1);
const hoursSince = Date.UTC(2024, 0, 11);
const day = 86_400_000;
const everything = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };

const inputs: Signature['inputs'] = [
  { name: 'age', type: 'float64', tensor: 'float', nullable: true, minimum: 0, maximum: 9 } as never,
  { name: 'city', type: 'text', tensor: 'string', nullable: true, categories: ['Oslo', 'Rome'] } as never,
];
const signature = { model: 'price', version: 1, task: 'regression', target: 'y', inputs } as unknown as Signature;

const reference = prepareReference({
  ...{ format: 1, model: 'price', version: 1 },
  columns: [
    {
      role: 'input',
      bins: referenceBins({ name: 'age', kind: 'number', values: Float64Array.of(...[...Array(10).keys()]) }),
    },
    {
      role: 'input',
      bins: referenceBins({ name: 'city', kind: 'text', values: ['Oslo', 'Oslo', 'Rome', 'Rome'] }),
    },
  ],
});

/** Twenty days with a row each 40 minutes: ages beyond 9, infinite and missing ones, other cities, and masked ones in the end. */
async function logOf(engine: ReturnType<typeof openEngine>, name: string, from: number): Promise<string> {
  const path = join(engine.project.path, 'run', `${name}.parquet`);
  const flag = (field: string, what: string) => `{field: '${field}', flag: '${what}'}`;
  await engine.duck.use((connection) =>
    connection.run(
      `COPY (
         SELECT (${from} + i * 2400000)::BIGINT AS event_time, (${from} + i * 2400000 + 1)::BIGINT AS received_at,
           CASE WHEN i % 7 = 0 THEN NULL WHEN i % 31 = 1 THEN 'inf'::DOUBLE ELSE (i % 13)::DOUBLE END AS "inputs.age",
           CASE WHEN i > 500 OR i % 5 = 0 THEN NULL WHEN i % 11 = 0 THEN 'Bern' ELSE 'Oslo' END AS "inputs.city",
           list_filter([
             CASE WHEN i % 7 <> 0 AND (i % 31 = 1 OR i % 13 > 9) THEN ${flag('age', 'out_of_range')} END,
             CASE WHEN i % 5 <> 0 AND i % 11 = 0 THEN ${flag('city', 'unseen_category')} END,
             CASE WHEN i > 500 AND i % 5 <> 0 THEN ${flag('city', 'masked')} END
           ], lambda f: f IS NOT NULL) AS flags
         FROM range(720) t(i)
       ) TO '${path}' (FORMAT parquet)`,
    ),
  );
  return path;
}

function openStore(engine: ReturnType<typeof openEngine>): ProfileStore {
  new DeploymentStore(engine.database).save({
    ...{ id: deploymentId, name: 'live', model: 'price', follows: null, version: 1, wanted: 'stopped' as const },
    ...{ port: null, logMask: null, settings: {}, createdAt: 0 },
  });
  return new ProfileStore(engine.database);
}

/** As the profiler does it, of the rows' times alone. */
async function sumUp(store: ProfileStore, counts: LoggedCounts, times: readonly number[]): Promise<void> {
  const profile = new Profile(reference, { hoursSince });
  for (const time of times) profile.add(time, [undefined, undefined]);
  const find = spansOfPart(await counts.spansOf(everything, hoursSince, null), hoursSince);
  for (const row of await rolledUp(store, owner, reference, profile.windows)) {
    const before = store.qualityOfWindow(owner, row.unit, row.start);
    store.put(owner, {
      ...row,
      flagged: 0,
      quality: joinedQuality(find(row.unit, row.start), before, signature, reference),
    });
  }
  store.dropHours(deploymentId, hoursSince);
}

const withoutFlagged = (counts: QualityCounts | null) =>
  counts && { spans: counts.spans.map((span) => ({ ...span, flagged: 0 })), masked: counts.masked };

test('sums count what rows do, by day and by hour, also where parts share windows and values are masked', async () => {
  const engine = openEngine();
  const store = openStore(engine);
  // The second part begins within the first one.
  const parts = [begin, begin + 3 * day + 1000];
  const paths = await Promise.all(parts.map((from, index) => logOf(engine, `part-${index}`, from)));
  for (const [index, from] of parts.entries()) {
    const counts = new LoggedCounts(engine.duck, [{ version: 1, signature, paths: [paths[index] as string] }]);
    await sumUp(
      store,
      counts,
      Array.from({ length: 720 }, (_, row) => from + row * 2_400_000),
    );
  }
  const logged = new LoggedCounts(engine.duck, [{ version: 1, signature, paths }]);
  const spec = { id: deploymentId, model: 'price', version: 1 } as never;
  const deploy = { signature: async () => signature, unprofiledRows: () => 0 };
  const versions = { of: async () => ({ reference }) as never };
  const summed = new ProfiledCounts({ deploy, store, versions }, spec);
  const ranges: [number | null, number | null, 'hour' | 'day'][] = [
    [null, null, 'day'],
    [begin + 2 * day, begin + 9 * day, 'day'],
    [hoursSince + 5 * 3_600_000, hoursSince + 3 * day + 7 * 3_600_000, 'day'],
    [hoursSince, hoursSince + 4 * day, 'hour'],
  ];
  for (const [since, until, unit] of ranges) {
    const range = { since, until };
    const expected = await logged.counts(range, unit);
    const found = await summed.counts(range, unit);
    expect(expected.spans.length).toBeGreaterThan(3);
    expect(withoutFlagged(found)).toEqual(withoutFlagged(expected));
    expect(await summed.extent(range)).toEqual(await logged.extent(range));
  }
  expect((await logged.counts({ since: null, until: null }, 'day')).masked).toEqual(new Set(['city']));
  expect((await summed.counts({ since: begin, until: begin + 9 * day }, 'day'))?.masked).toEqual(new Set());
  // Hours of old days are gone, and a bound lies within an hour.
  expect(await summed.counts({ since: begin, until: null }, 'hour')).toBeNull();
  expect(await summed.counts({ since: hoursSince + 1, until: null }, 'day')).toBeNull();
  expect(await summed.arrivals()).toBeNull();
  store.addArrivals(deploymentId, [7], 10);
  const { days } = await logged.arrivals();
  expect(await summed.arrivals()).toEqual({ days, minutes: [7] });
});

test('windows that were stored before counts of quality were kept tell what their bins do', async () => {
  const engine = openEngine();
  const store = openStore(engine);
  const profile = new Profile(reference);
  const rows: [number | null | undefined, string | null][] = [
    ...[[3, 'Oslo'] as [number, string], [12, 'Bern'] as [number, string]],
    ...[
      [null, null] as [null, null],
      [Number.POSITIVE_INFINITY, 'Rome'] as [number, string],
      [undefined, 'Rome'] as [undefined, string],
    ],
  ];
  for (const [age, city] of rows) profile.add(begin, [age, city]);
  for (const row of await rolledUp(store, owner, reference, profile.windows)) store.put(owner, row);
  const versions = { of: async () => ({ reference }) as never };
  const deploy = { signature: async () => signature, unprofiledRows: () => 0 };
  const counts = new ProfiledCounts({ deploy, store, versions }, {
    id: deploymentId,
    model: 'price',
    version: 1,
  } as never);
  const found = await counts.counts({ since: null, until: null }, 'day');
  expect([...(found?.spans[0]?.columns ?? [])]).toEqual([
    ['age', { rows: 5, missing: 1, unseen: 0, outOfRange: 2, infinite: 1, masked: 1 }],
    ['city', { rows: 5, missing: 1, unseen: 1, outOfRange: 0, infinite: 0, masked: 0 }],
  ]);
  expect(found?.masked).toEqual(new Set(['age']));
  expect(preparedRow(profile.windows[0] as never).quality).toBeNull();
});
