import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataProject } from '../support/data-project.ts';
import { needsShared } from '../support/needs.ts';

interface FlightTotals {
  rows: number;
  nulls: number;
  totals: {
    min_delay: number;
    max_delay: number;
    mean_delay: number;
    std_delay_ddof0: number;
    sum_distance: string;
    origins: number;
    destinations: number;
    min_date: string;
    max_date: string;
  };
}

/** Hashes estimate how many different values there are within a few per cent. */
const estimate = 0.05;

test('flights_3m: three million rows of Parquet are imported and profiled as the reference has them', async (context) => {
  const folder = needsShared(context, 'data', 'flights_3m');
  const { rows, nulls, totals } = JSON.parse(readFileSync(join(folder, 'reference.json'), 'utf8')) as FlightTotals;
  const project = dataProject('processes');
  const added = await project.add({ name: 'flights', files: [join(folder, 'files', 'flights-3m.parquet')] });
  expect(added).toMatchObject({ version: 1, rows, warnings: [] });
  expect(added.columns).toEqual([
    { name: 'date', type: 'timestamp', missing: nulls },
    { name: 'delay', type: 'int64', missing: nulls },
    { name: 'distance', type: 'int64', missing: nulls },
    { name: 'origin', type: 'text', missing: nulls },
    { name: 'destination', type: 'text', missing: nulls },
  ]);
  const { profile } = await project.data.handlers.show({ reference: 'flights' });
  const [date, delay, distance, origin, destination] = profile;
  const isoTime = (text: string) => `${text.replace(' ', 'T')}Z`;
  expect(date).toMatchObject({ minimum: isoTime(totals.min_date), maximum: isoTime(totals.max_date) });
  expect(delay).toMatchObject({ minimum: totals.min_delay, maximum: totals.max_delay });
  expect(delay?.mean).toBeCloseTo(totals.mean_delay, 9);
  expect(delay?.standardDeviation).toBeCloseTo(totals.std_delay_ddof0, 6);
  expect((distance?.mean ?? 0) * rows).toBeCloseTo(Number(totals.sum_distance), 0);
  expect(Math.abs((origin?.distinct ?? 0) / totals.origins - 1)).toBeLessThan(estimate);
  expect(Math.abs((destination?.distinct ?? 0) / totals.destinations - 1)).toBeLessThan(estimate);
});
