import { type Html, html } from '../../base/html.ts';
import { ticksBetween, writeNumber } from '../../base/report-numbers.ts';

const width = 440;
/** Colours of series, in their order; at most six are drawn. */
export const mostSeries = 6;

export interface Point {
  x: number;
  y: number;
}

export interface Series {
  /** Written at the end of a line where there are several. */
  name: string;
  points: readonly Point[];
  drawn: 'line' | 'steps' | 'dots' | 'mark' | 'reference';
}

export interface Plot {
  /** Titles of the axes, with their unit. */
  x: string;
  y: string;
  series: readonly Series[];
  /** Between a lower and an upper value at each x. */
  band?: readonly { x: number; low: number; high: number }[];
  /** Intervals of single points. */
  intervals?: readonly { x: number; low: number; high: number }[];
  /** Where the axes begin and end; what is drawn decides where absent. */
  xRange?: [number, number];
  yRange?: [number, number];
  isSquare?: boolean;
}

/** Lines, dots and bands over two axes of numbers. */
export function plotChart(plot: Plot, label: string): Html {
  const frame = { left: 60, right: 16, top: 12, bottom: 44, height: plot.isSquare ? 400 : 280 };
  const drawn = plot.series.slice(0, mostSeries);
  const spans = [...(plot.band ?? []), ...(plot.intervals ?? [])];
  const points = drawn.flatMap((series) => series.points);
  const [lowX, highX] = plot.xRange ?? rangeOf([...points.map(({ x }) => x), ...spans.map(({ x }) => x)]);
  const [lowY, highY] =
    plot.yRange ?? rangeOf([...points.map(({ y }) => y), ...spans.flatMap(({ low, high }) => [low, high])]);
  const right = width - frame.right;
  const bottom = frame.height - frame.bottom;
  const across = (x: number) => place(frame.left + ((x - lowX) / (highX - lowX)) * (right - frame.left));
  const up = (y: number) => place(bottom - ((y - lowY) / (highY - lowY)) * (bottom - frame.top));
  const isScatter = drawn.some((series) => series.drawn === 'dots');
  const grid = [
    ...ticksBetween(lowX, highX, 5).map(
      (tick) =>
        html`${isScatter ? html`<line class="grid" x1="${across(tick)}" x2="${across(tick)}" y1="${frame.top}" y2="${bottom}"/>` : ''}<text x="${across(tick)}" y="${bottom + 16}" text-anchor="middle">${writeNumber(tick)}</text>`,
    ),
    ...ticksBetween(lowY, highY, 5).map(
      (tick) =>
        html`<line class="grid" x1="${frame.left}" x2="${right}" y1="${up(tick)}" y2="${up(tick)}"/><text x="${frame.left - 8}" y="${up(tick) + 4}" text-anchor="end">${writeNumber(tick)}</text>`,
    ),
    html`<line class="axis" x1="${frame.left}" x2="${right}" y1="${bottom}" y2="${bottom}"/>`,
  ];
  const band = plot.band?.length
    ? html`<polygon class="band" points="${[
        ...plot.band.map(({ x, high }) => `${across(x)},${up(high)}`),
        ...plot.band.toReversed().map(({ x, low }) => `${across(x)},${up(low)}`),
      ].join(' ')}"/>`
    : '';
  const intervals = plot.intervals?.map(
    ({ x, low, high }) =>
      html`<line class="interval" x1="${across(x)}" x2="${across(x)}" y1="${up(low)}" y2="${up(high)}"/>`,
  );
  const lines = drawn.map((series, index) => seriesDrawing(series, index, across, up));
  const middle = (frame.top + bottom) / 2;
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${frame.height}" width="${width}" height="${frame.height}" role="img" aria-label="${label}">${grid}${band}${intervals}${lines}<text x="${(frame.left + right) / 2}" y="${frame.height - 8}" text-anchor="middle">${plot.x}</text><text x="12" y="${middle}" text-anchor="middle" transform="rotate(-90 12 ${middle})">${plot.y}</text></svg>`;
}

type Scale = (value: number) => number;

function seriesDrawing({ points, drawn }: Series, index: number, across: Scale, up: Scale): Html {
  if (drawn === 'dots')
    return html`${points.map(({ x, y }) => html`<circle class="dot c${index}" cx="${across(x)}" cy="${up(y)}" r="2.5"/>`)}`;
  if (drawn === 'mark')
    return html`${points.map(({ x, y }) => html`<circle class="value" cx="${across(x)}" cy="${up(y)}" r="4.5"/>`)}`;
  const corners = points.map(({ x, y }, at) => {
    const before = points[at - 1];
    const step = drawn === 'steps' && before ? `${across(before.x)},${up(y)} ` : '';
    return `${step}${across(x)},${up(y)}`;
  });
  return html`<polyline class="${drawn === 'reference' ? 'reference' : `line c${index}`}" points="${corners.join(' ')}"/>`;
}

export interface IntervalRow {
  label: string;
  value: number;
  /** Null where there is no interval. */
  low: number | null;
  high: number | null;
  note?: string;
}

/** Values with their intervals, one below the other on one axis. */
export function intervalChart(
  rows: readonly IntervalRow[],
  options: { axis: string; reference?: { value: number; name: string }; label: string },
): Html {
  const frame = { left: 168, right: 64, top: options.reference ? 20 : 4, row: 28 };
  const ends = rows.flatMap(({ value, low, high }) => [value, low ?? value, high ?? value]);
  const [low, high] = rangeOf([...ends, options.reference?.value ?? 0]);
  const across = (value: number) =>
    place(frame.left + ((value - low) / (high - low)) * (width - frame.left - frame.right));
  const bottom = frame.top + rows.length * frame.row;
  const grid = ticksBetween(low, high, 4).map(
    (tick) =>
      html`<line class="grid" x1="${across(tick)}" x2="${across(tick)}" y1="${frame.top}" y2="${bottom}"/><text x="${across(tick)}" y="${bottom + 16}" text-anchor="middle">${writeNumber(tick)}</text>`,
  );
  const { reference } = options;
  const referenceLine = reference
    ? html`<line class="reference" x1="${across(reference.value)}" x2="${across(reference.value)}" y1="${frame.top}" y2="${bottom}"/><text x="${across(reference.value)}" y="${frame.top - 6}" text-anchor="middle">${reference.name}</text>`
    : '';
  const drawings = rows.map((row, index) => {
    const y = frame.top + index * frame.row + frame.row / 2;
    const bar =
      row.low === null || row.high === null
        ? ''
        : html`<line class="interval" x1="${across(row.low)}" x2="${across(row.high)}" y1="${y}" y2="${y}"/>`;
    return html`<text class="name" x="${frame.left - 12}" y="${y + 4}" text-anchor="end">${shorten(row.label, 25)}<title>${row.label}</title></text>${bar}<circle class="value" cx="${across(row.value)}" cy="${y}" r="4.5"/><text x="${width}" y="${y + 4}" text-anchor="end">${row.note ?? writeNumber(row.value)}</text>`;
  });
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${bottom + 44}" width="${width}" height="${bottom + 44}" role="img" aria-label="${options.label}">${grid}${referenceLine}${drawings}<text x="${(frame.left + width - frame.right) / 2}" y="${bottom + 36}" text-anchor="middle">${options.axis}</text></svg>`;
}

/** Counts of bins of a number; the axis of counts begins at 0. */
export function histogramChart(
  bins: readonly { from: number; to: number; count: number }[],
  axis: string,
  label: string,
): Html {
  const frame = { left: 60, right: 16, top: 12, bottom: 44, height: 220 };
  const [low, high] = [bins[0]?.from ?? 0, bins.at(-1)?.to ?? 1];
  const most = Math.max(...bins.map(({ count }) => count), 1);
  const bottom = frame.height - frame.bottom;
  const right = width - frame.right;
  const across = (value: number) =>
    place(frame.left + (high > low ? (value - low) / (high - low) : 0.5) * (right - frame.left));
  const up = (value: number) => place(bottom - (value / most) * (bottom - frame.top));
  const bars = bins.map(({ from, to, count }) => {
    const size = Math.max(1, across(to) - across(from) - 1);
    return html`<rect class="fill" x="${across(from)}" y="${up(count)}" width="${place(size)}" height="${place(bottom - up(count))}"/>`;
  });
  const grid = ticksBetween(0, most, 4).map(
    (tick) =>
      html`<line class="grid" x1="${frame.left}" x2="${right}" y1="${up(tick)}" y2="${up(tick)}"/><text x="${frame.left - 8}" y="${up(tick) + 4}" text-anchor="end">${writeNumber(tick)}</text>`,
  );
  const marks = (high > low ? ticksBetween(low, high, 5) : [low]).map(
    (tick) => html`<text x="${across(tick)}" y="${bottom + 16}" text-anchor="middle">${writeNumber(tick)}</text>`,
  );
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${frame.height}" width="${width}" height="${frame.height}" role="img" aria-label="${label}">${grid}${bars}<line class="axis" x1="${frame.left}" x2="${right}" y1="${bottom}" y2="${bottom}"/>${marks}<text x="${(frame.left + right) / 2}" y="${frame.height - 8}" text-anchor="middle">${axis}</text></svg>`;
}

/** Bars of shares of rows, from 0. */
export function shareChart(shares: readonly { label: string; share: number }[], label: string): Html {
  const frame = { left: 168, right: 64, row: 24 };
  const most = Math.max(...shares.map(({ share }) => share), 1e-9);
  const rows = shares.map(({ label: name, share }, index) => {
    const y = 4 + index * frame.row;
    const size = place((share / most) * (width - frame.left - frame.right));
    return html`<text class="name" x="${frame.left - 12}" y="${y + 14}" text-anchor="end">${shorten(name, 25)}<title>${name}</title></text><rect class="fill" x="${frame.left}" y="${y + 3}" width="${size}" height="14" rx="2"/><text x="${frame.left + size + 8}" y="${y + 14}">${writeShare(share)}</text>`;
  });
  const height = 8 + shares.length * frame.row;
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${label}">${rows}</svg>`;
}

export function writeShare(share: number): string {
  return `${writeNumber(Number((100 * share).toPrecision(3)))} %`;
}

/** The lowest and the highest value, or somewhat around where all are the same. */
function rangeOf(values: readonly number[]): [number, number] {
  const known = values.filter(Number.isFinite);
  const low = known.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = known.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  if (!(low <= high)) return [0, 1];
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}

/** A coordinate in tenths of a pixel. */
function place(value: number): number {
  return Math.round(value * 10) / 10;
}

function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

const seriesColours = {
  light: ['#0072b2', '#d55e00', '#009e73', '#7b5ea7', '#8a6d00', '#a8497f'],
  dark: ['#56b4e9', '#e8853d', '#2fbf95', '#b9a0d8', '#e0b040', '#e3a0c4'],
} as const;

function colours(theme: keyof typeof seriesColours): string {
  return seriesColours[theme].map((colour, index) => `--c${index}: ${colour};`).join(' ');
}

/** The style of the pictures, in a page and in a file of their own. */
export const chartStyle = `
:root { --chart-text: #535a66; --chart-grid: #ededea; --chart-reference: #7a818c; ${colours('light')} }
@media (prefers-color-scheme: dark) { :root { --chart-text: #a7afbc; --chart-grid: #222936; --chart-reference: #8d96a5; ${colours('dark')} } }
svg text { fill: var(--chart-text); font: 11px system-ui, sans-serif; }
svg .name { font-size: 12px; }
svg .grid { stroke: var(--chart-grid); }
svg .axis { stroke: var(--chart-reference); }
svg .reference { fill: none; stroke: var(--chart-reference); stroke-width: 1.5; stroke-dasharray: 4 4; }
svg .line { fill: none; stroke-width: 1.75; }
${seriesColours.light.map((_, index) => `svg .line.c${index} { stroke: var(--c${index}); } svg .dot.c${index} { fill: var(--c${index}); }`).join('\n')}
svg .dot { fill-opacity: 0.45; }
svg .value, svg .fill { fill: var(--c0); }
svg .band { fill: var(--c0); fill-opacity: 0.15; }
svg .interval { stroke: var(--c0); stroke-opacity: 0.28; stroke-width: 6; stroke-linecap: round; }
`;

/** A picture as a file of its own. */
export function chartFile(drawing: Html): string {
  return `${drawing.text.replace(/^(<svg[^>]*>)/, `$1<style>${chartStyle.replaceAll('<', '&lt;')}</style>`)}\n`;
}
