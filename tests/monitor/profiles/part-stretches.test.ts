import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { profileOfPart } from '../../../engine/monitor/profiles/part-profile.ts';
import { stretchesOfDays, stretchesOfPart } from '../../../engine/monitor/profiles/part-stretches.ts';
import type { WindowSketch } from '../../../engine/statistics/profile/window-sketch.ts';
import { DuckReader, sqlText } from '../../../engine/store/duck.ts';
import { sampleReference, signature } from '../../statistics/profile/samples.ts';

const day = 86_400_000;
const start = Date.UTC(2004, 0, 15);
const days = 200;
const hoursSince = start + 190 * day;

let folder: string;
let path: string;
let duck: DuckReader;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'galley-test-'));
  path = join(folder, 'part.parquet');
  duck = new DuckReader({ allowed: [folder], temporaryFolder: folder });
  // Four rows a day, at different hours; the rows of a request lie a hundred days apart.
  await duck.rows(
    `COPY (
       SELECT (${start} + (i // 4) * ${day} + (i % 4) * 7200000)::BIGINT AS event_time, (i % 7)::DOUBLE AS latency,
         'request ' || (i % 400) AS request_id, []::STRUCT(field VARCHAR, flag VARCHAR)[] AS flags,
         (20 + i % 50)::DOUBLE AS "inputs.age", 'town ' || (i % 7) AS "inputs.town", i % 3 = 0 AS "inputs.member",
         DATE '2004-01-05' + (i % 5)::INTEGER AS "inputs.day", 'yes' AS "outputs.label", 0.5 AS "outputs.probability.1"
       FROM range(${days * 4}) AS rows(i)
     ) TO ${sqlText(path)} (FORMAT parquet)`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const everything = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };
const counted = () => ({ signature, reference: sampleReference() });
const counts = (windows: readonly WindowSketch[]) =>
  windows.map(({ unit, start: from, rows, columns, latency }) => ({
    unit,
    from,
    rows,
    missing: columns.map(({ missing }) => missing),
    requests: [...latency.buckets.values()].reduce((sum, requests) => sum + requests, 0),
  }));

test('a part with more windows than memory may hold at once is summed up by stretches, to the same sums', async () => {
  const stretches = await stretchesOfPart(duck, path, { windows: 40, hoursSince });
  expect(stretches.length).toBeGreaterThan(3);
  const profiles: Awaited<ReturnType<typeof profileOfPart>>[] = [];
  for (const stretch of stretches)
    profiles.push(await profileOfPart(duck, path, counted(), { windows: 80, hoursSince, stretch }));
  const whole = await profileOfPart(duck, path, counted(), { hoursSince, stretch: everything });
  expect(profiles.map(({ leftOut }) => leftOut)).toEqual(profiles.map(() => 0));
  expect(counts(profiles.flatMap(({ windows }) => windows))).toEqual(counts(whole.windows));
  expect(whole.rows).toBe(days * 4);
});

test('a stretch ends where a month does, and has so many windows at most', () => {
  const dated = Array.from({ length: 150 }, (_, index) => ({ start: Date.UTC(2004, 0, 1) + index * day, windows: 1 }));
  const [first, second, ...others] = stretchesOfDays(dated, 60);
  expect(first).toEqual({ from: Number.NEGATIVE_INFINITY, until: Date.UTC(2004, 2, 1) });
  expect(second).toEqual({ from: Date.UTC(2004, 2, 1), until: Date.UTC(2004, 3, 1) });
  expect(others).toEqual([{ from: Date.UTC(2004, 3, 1), until: Number.POSITIVE_INFINITY }]);
  expect(stretchesOfDays(dated, 1000)).toEqual([everything]);
});

test('a month with more windows than that is a stretch, and no part has more than ten', () => {
  const years = Array.from({ length: 50 * 12 }, (_, month) => ({ start: Date.UTC(1970, month, 1), windows: 31 }));
  const stretches = stretchesOfDays(years, 20);
  expect(stretches).toHaveLength(10);
  expect(stretches.at(-1)).toEqual({ from: Date.UTC(1970, 9, 1), until: Date.UTC(1970, 10, 1) });
});
