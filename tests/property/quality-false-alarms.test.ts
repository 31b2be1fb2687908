import { expect, test } from 'vitest';
import { type Random, seededRandom } from '../../engine/base/random.ts';
import type { FieldSignature } from '../../engine/contract/values.ts';
import type { ColumnCounts } from '../../engine/monitor/quality/quality-counts.ts';
import { expectedColumn, valueChecks } from '../../engine/monitor/quality/value-checks.ts';
import type { DriftColumn } from '../../engine/statistics/drift.ts';
import { normalQuantile } from '../../engine/statistics/special-functions.ts';
import { mostAlarms } from '../statistics/binomial.ts';
import { drawn, texts } from '../statistics/drift-columns.ts';

const seeds = 200;
/** Made once: to make a text takes longer than to draw it. */
const names = Array.from({ length: 4000 }, (_, level) => `level ${level}`);

/** Rows of one law with what makes shares of them vary: rare gaps, heavy tails, levels of which many are rare. */
function period(rows: number, random: Random): DriftColumn[] {
  const numbers = (name: string, gaps: number, draw: () => number) => ({
    ...drawn(rows, () => (random() < gaps ? Number.NaN : draw())),
    name,
  });
  const levels = (name: string, gaps: number, draw: () => number) => ({
    ...texts(rows, () => (random() < gaps ? null : (names[Math.floor(draw())] as string))),
    name,
  });
  return [
    numbers('normal', 0.004, () => normalQuantile(random() || 0.5)),
    numbers('heavy_tail', 0.02, () => 1 / (1 - random())),
    numbers('often_missing', 0.4, () => random()),
    levels('few', 0.01, () => 5 * random()),
    levels('many', 0, () => 1 / (random() + 1e-3)),
    levels('evenly', 0.03, () => 300 * random()),
    levels('rarely_given', 0.98, () => 400 * random()),
    levels('near_identifier', 0.9, () => names.length * random()),
  ];
}

function fieldOf(column: DriftColumn): FieldSignature {
  const { name } = column;
  const common = { name, nullable: true, tensor: column.kind === 'text' ? 'string' : 'float' } as const;
  if (column.kind === 'text') {
    const categories = [...new Set(column.values)].filter((value) => value !== null);
    return { ...common, type: 'text', categories };
  }
  const sorted = column.values.filter((value) => !Number.isNaN(value)).sort();
  return { ...common, type: 'float64', minimum: sorted[0] ?? 0, maximum: sorted.at(-1) ?? 0 };
}

function countsOf({ categories = [], minimum, maximum }: FieldSignature, column: DriftColumn): ColumnCounts {
  const counts = { rows: column.values.length, missing: 0, unseen: 0, outOfRange: 0, infinite: 0, masked: 0 };
  const known = new Set<unknown>(categories);
  for (const value of column.values) {
    if (value === null || Number.isNaN(value)) counts.missing++;
    else if (typeof value === 'string') counts.unseen += Number(!known.has(value));
    else counts.outOfRange += Number(value < Number(minimum) || value > Number(maximum));
  }
  return counts;
}

/** How many of so many windows, of the same law as their reference, have anything unusual of values. */
function alarmsOf(rows: number, windowRows: number): number {
  let alarms = 0;
  for (let seed = 0; seed < seeds; seed++) {
    const random = seededRandom(seed);
    const [reference, current] = [period(rows, random), period(windowRows, random)];
    const fields = reference.map(fieldOf);
    const expected = fields.map((field, index) => expectedColumn(field, reference[index] as DriftColumn));
    const columns = new Map(fields.map((field, index) => [field.name, countsOf(field, current[index] as DriftColumn)]));
    const span = { from: 0, rows: windowRows, flagged: 0, columns };
    const checks = valueChecks(expected, { spans: [span], masked: new Set() });
    alarms += Number(checks.some(({ light }) => light !== 'good'));
  }
  return alarms;
}

test.each([
  [250, 250],
  [1000, 1000],
  [10_000, 10_000],
  [1000, 100],
  [250, 5000],
])(
  'of %i rows and %i more of the same law anything is unusual in at most 5 % of the cases',
  (rows, windowRows) => {
    expect(alarmsOf(rows, windowRows)).toBeLessThanOrEqual(mostAlarms(seeds));
  },
  600_000,
);
