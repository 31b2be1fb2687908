import { formatFixed, formatTick } from '../ui/format.ts';

/** Round numbers for an axis (after Heckbert, "Nice numbers for graph labels", Graphics Gems, 1990). */
export interface Axis {
  minimum: number;
  maximum: number;
  ticks: number[];
}

/** An axis of about `count` steps that covers the values; `include` are values it must reach as well. */
export function niceAxis(values: readonly number[], count = 4, include: readonly number[] = []): Axis {
  const known = [...values, ...include].filter((value) => Number.isFinite(value));
  if (known.length === 0) return { minimum: 0, maximum: 1, ticks: [0, 0.5, 1] };
  let low = known.reduce((a, b) => Math.min(a, b));
  let high = known.reduce((a, b) => Math.max(a, b));
  if (low === high) {
    low -= Math.abs(low) * 0.1 || 0.5;
    high += Math.abs(high) * 0.1 || 0.5;
  }
  const step = niceStep((high - low) / count);
  const minimum = Math.floor(low / step + 1e-9) * step;
  const steps = Math.ceil((high - minimum) / step - 1e-9);
  const ticks = Array.from({ length: steps + 1 }, (_, index) => roundTo(minimum + index * step, step));
  return { minimum: ticks[0] ?? low, maximum: ticks.at(-1) ?? high, ticks };
}

/** Writes ticks as short as they can be while no two read the same, all in thousands where the largest is. */
export function tickFormat(ticks: readonly number[]): (value: number) => string {
  const largest = Math.max(...ticks.map(Math.abs));
  if (largest >= 1e4 && largest < 1e6 && ticks.every((tick) => tick % 100 === 0))
    return (value) => (value === 0 ? '0' : `${formatTick(value / 1000)} k`);
  if (new Set(ticks.map(formatTick)).size === ticks.length) return formatTick;
  const step = Math.abs((ticks[1] ?? 1) - (ticks[0] ?? 0));
  const decimals = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  return (value) => formatFixed(value, decimals);
}

/** A function from [from, to] to [start, end]; a range without length maps to the middle. */
export function linear(from: number, to: number, start: number, end: number): (value: number) => number {
  const span = to - from;
  return (value) => (span === 0 ? (start + end) / 2 : start + ((value - from) / span) * (end - start));
}

/** SVG path data through the points; a null breaks the line. */
export function linePath(points: readonly ({ x: number; y: number } | null)[]): string {
  let broken = true;
  let path = '';
  for (const point of points) {
    if (point === null) {
      broken = true;
      continue;
    }
    path += `${broken ? 'M' : 'L'}${point.x.toFixed(1)} ${point.y.toFixed(1)}`;
    broken = false;
  }
  return path;
}

/** The points without a neighbour on either side, of which a line shows nothing. */
export function isolatedPoints<Point>(points: readonly (Point | null)[]): Point[] {
  return points.filter(
    (point, index): point is Point =>
      point !== null && (points[index - 1] ?? null) === null && (points[index + 1] ?? null) === null,
  );
}

/** SVG path data of the areas between two curves over the same places; a null begins a new area. */
export function bandPath(places: readonly ({ x: number; low: number; high: number } | null)[]): string {
  const runs: { x: number; low: number; high: number }[][] = [[]];
  for (const place of places) {
    if (place === null) runs.push([]);
    else runs.at(-1)?.push(place);
  }
  const corner = (x: number, y: number) => `${x.toFixed(1)} ${y.toFixed(1)}`;
  return runs
    .filter((run) => run.length > 1)
    .map((run) => {
      const above = run.map(({ x, high }) => corner(x, high));
      const below = run.toReversed().map(({ x, low }) => corner(x, low));
      return `M${[...above, ...below].join('L')}Z`;
    })
    .join('');
}

/** Moves labels apart so that two are at least `gap` from each other; keeps their order and stays in [low, high]. */
export function spreadLabels(places: readonly number[], gap: number, low: number, high: number): number[] {
  const order = places.map((place, index) => ({ place, index })).sort((a, b) => a.place - b.place);
  let floor = low;
  for (const entry of order) {
    entry.place = Math.max(entry.place, floor);
    floor = entry.place + gap;
  }
  let ceiling = high;
  for (const entry of [...order].reverse()) {
    entry.place = Math.min(entry.place, ceiling);
    ceiling = entry.place - gap;
  }
  const result = places.slice();
  for (const { place, index } of order) result[index] = place;
  return result;
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const fraction = rough / power;
  if (fraction <= 1) return power;
  if (fraction <= 2) return 2 * power;
  return fraction <= 5 ? 5 * power : 10 * power;
}

function roundTo(value: number, step: number): number {
  const decimals = Math.max(0, -Math.floor(Math.log10(step)) + 1);
  return Number(value.toFixed(Math.min(100, decimals)));
}
