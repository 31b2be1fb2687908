import { type Html, html } from '../../base/html.ts';
import { ticksBetween, writeNumber } from '../../base/report-numbers.ts';

const size = { width: 900, height: 190, left: 64, right: 12, top: 12, bottom: 26 };
const labels = 8;

/** Values of windows; null where there is none. */
export interface TimeSeries {
  name: string;
  values: readonly (number | null)[];
  /** Ends of intervals, one a value. */
  bands?: readonly ([number, number] | null)[];
  drawn: 'line' | 'bars';
}

/** Series over windows of time, each in the middle of its window; the window's first day stands below some of them. */
export function timeChart(from: readonly string[], series: readonly TimeSeries[], title: string, bound?: number): Html {
  const right = size.width - size.right;
  const bottom = size.height - size.bottom;
  const step = (right - size.left) / Math.max(1, from.length);
  const across = (index: number) => place(size.left + (index + 0.5) * step);
  const [low, high] = rangeOf(series, bound);
  const up = (value: number) => place(bottom - ((value - low) / (high - low)) * (bottom - size.top));
  const grid = ticksBetween(low, high, 4).map(
    (tick) =>
      html`<line class="grid" x1="${size.left}" x2="${right}" y1="${up(tick)}" y2="${up(tick)}"/><text x="${size.left - 8}" y="${up(tick) + 4}" text-anchor="end">${writeNumber(tick)}</text>`,
  );
  const every = Math.ceil(from.length / labels);
  const days = from.map((time, index) =>
    index % every === 0
      ? html`<text x="${across(index)}" y="${size.height - 8}" text-anchor="middle">${time.slice(0, 10)}</text>`
      : '',
  );
  const limit =
    bound === undefined
      ? ''
      : html`<line class="reference" x1="${size.left}" x2="${right}" y1="${up(bound)}" y2="${up(bound)}"/>`;
  const drawings = series.map((one, index) =>
    drawingOf(one, index, { across, up, width: Math.max(1, step * 0.7), bottom }),
  );
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}" role="img" aria-label="${title}">${grid}${drawings}${limit}${days}</svg>`;
}

interface Scales {
  across(index: number): number;
  up(value: number): number;
  width: number;
  bottom: number;
}

function drawingOf({ name, values, bands, drawn }: TimeSeries, series: number, scales: Scales): Html {
  const { across, up, width, bottom } = scales;
  const told = (value: number) => html`<title>${name}: ${writeNumber(value)}</title>`;
  const known = values.flatMap((value, index) => (value === null ? [] : [{ value, index }]));
  if (drawn === 'bars') {
    return html`${known.map(({ value, index }) => html`<rect class="fill" x="${place(across(index) - width / 2)}" y="${up(value)}" width="${place(width)}" height="${place(bottom - up(value))}">${told(value)}</rect>`)}`;
  }
  const intervals = (bands ?? []).map((band, index) =>
    band
      ? html`<line class="interval" x1="${across(index)}" x2="${across(index)}" y1="${up(band[0])}" y2="${up(band[1])}"/>`
      : '',
  );
  const pieces = stretches(values).map(
    (piece) =>
      html`<polyline class="line c${series}" points="${piece.map(({ value, index }) => `${across(index)},${up(value)}`).join(' ')}"/>`,
  );
  const dots = known.map(
    ({ value, index }) =>
      html`<circle class="dot c${series}" cx="${across(index)}" cy="${up(value)}" r="2.5">${told(value)}</circle>`,
  );
  return html`${intervals}${pieces}${dots}`;
}

/** Values that follow one another without a gap. */
function stretches(values: readonly (number | null)[]): { value: number; index: number }[][] {
  const pieces: { value: number; index: number }[][] = [[]];
  for (const [index, value] of values.entries()) {
    if (value === null) pieces.push([]);
    else pieces.at(-1)?.push({ value, index });
  }
  return pieces.filter(({ length }) => length > 1);
}

function rangeOf(series: readonly TimeSeries[], bound: number | undefined): [number, number] {
  const all = series.flatMap(({ values, bands = [], drawn }) => [
    ...values.filter((value) => value !== null),
    ...bands.flatMap((band) => band ?? []),
    ...(drawn === 'bars' ? [0] : []),
  ]);
  if (bound !== undefined) all.push(bound);
  const known = all.filter(Number.isFinite);
  if (known.length === 0) return [0, 1];
  const low = known.reduce((least, value) => Math.min(least, value));
  const high = known.reduce((most, value) => Math.max(most, value));
  const margin = low === high ? 0.5 : (high - low) * 0.05;
  return [low === 0 ? 0 : low - margin, high + margin];
}

function place(value: number): number {
  return Math.round(value * 10) / 10;
}
