import { expect, test } from 'vitest';
import { seededRandom } from '../../engine/base/random.ts';
import { Adwin, type AdwinOptions, adwinChanges } from '../../engine/statistics/adwin.ts';
import { changePoints } from '../../engine/statistics/change-points.ts';
import { type PageHinkleyOptions, pageHinkleyChanges } from '../../engine/statistics/page-hinkley.ts';
import { readEstimates } from './estimate-fixture.ts';

interface Stream {
  name: string;
  values: number[];
  adwin: Record<string, number[]>;
  page_hinkley: Record<string, number[]>;
}

const { streams, pelt } = readEstimates<{
  streams: Stream[];
  pelt: { values: number[]; segments: { penalty: number; smallest: number; found: number[] }[] };
}>('changes.json');

const adwinOptions: Record<string, AdwinOptions> = {
  default: {},
  quick: { delta: 0.05, clock: 1 },
  long: { delta: 0.01, clock: 8, largestRow: 3, smallestWindow: 20, gracePeriod: 100 },
};

const pageHinkleyOptions: Record<string, PageHinkleyOptions> = {
  default: {},
  up: { threshold: 15, mode: 'up' },
  down: { smallestSample: 10, delta: 0.01, threshold: 8, forgetting: 0.999, mode: 'down' },
};

test.each(streams)('ADWIN finds in "$name" what River finds', ({ values, adwin }) => {
  for (const [name, options] of Object.entries(adwinOptions)) {
    expect(
      adwinChanges(values, options).map(({ at }) => at),
      name,
    ).toEqual(adwin[name]);
  }
});

test.each(streams)('Page-Hinkley finds in "$name" what River finds', ({ values, page_hinkley }) => {
  for (const [name, options] of Object.entries(pageHinkleyOptions)) {
    expect(
      pageHinkleyChanges(values, options).map(({ at }) => at),
      name,
    ).toEqual(page_hinkley[name]);
  }
});

test('the fixtures hold changes and streams without one', () => {
  expect(streams.some(({ adwin }) => (adwin.default?.length ?? 0) > 1)).toBe(true);
  expect(streams.some(({ adwin }) => adwin.default?.length === 0)).toBe(true);
  expect(streams.some(({ page_hinkley }) => (page_hinkley.default?.length ?? 0) > 1)).toBe(true);
});

test('both detectors tell about where the change began', () => {
  const values = Array.from({ length: 3000 }, (_, at) => (at < 2000 ? 0 : 3) + Math.sin(at * 12.9898) * 0.5);
  for (const change of [adwinChanges(values)[0], pageHinkleyChanges(values)[0]]) {
    expect(Math.abs((change?.since ?? 0) - 2000)).toBeLessThan(30);
    expect(change?.at).toBeGreaterThan(2000);
  }
});

test('ADWIN keeps a long window in few summaries', () => {
  const detector = new Adwin();
  for (let at = 0; at < 100_000; at++) detector.update(at % 7);
  expect(detector.width).toBeGreaterThan(90_000);
});

test.each(pelt.segments)('PELT with penalty $penalty cuts where ruptures cuts', ({ penalty, smallest, found }) => {
  // The penalty of the fixture is not in units of the noise.
  const noise = noiseOf(pelt.values);
  expect(changePoints(pelt.values, { penalty: penalty / noise, smallest })).toEqual(found);
});

function noiseOf(values: number[]): number {
  const distances = values.slice(1).map((value, at) => Math.abs(value - (values[at] as number)));
  const sorted = distances.sort((one, other) => one - other);
  const half = sorted.length / 2;
  const median =
    sorted.length % 2 === 1
      ? (sorted[Math.floor(half)] as number)
      : ((sorted[half - 1] as number) + (sorted[half] as number)) / 2;
  return (median / (Math.SQRT2 * 0.6744897501960817)) ** 2;
}

test('change points of noise alone are found in at most one of twenty series', () => {
  let alarms = 0;
  const series = 400;
  for (let seed = 0; seed < series; seed++) {
    const random = seededRandom(seed);
    const length = 30 + (seed % 4) * 60;
    const values = Array.from({ length }, () => random() + random() + random() + random());
    if (changePoints(values).length > 0) alarms++;
  }
  expect(alarms / series).toBeLessThanOrEqual(0.05);
});

test('a constant series and a short one have no change point', () => {
  expect(changePoints(new Array<number>(50).fill(2))).toEqual([]);
  expect(changePoints([1, 2, 9])).toEqual([]);
  expect(changePoints([...new Array<number>(20).fill(0), ...new Array<number>(20).fill(1)])).toEqual([20]);
});
