import { type Html, html } from '../../../base/html.ts';
import { ticksBetween, writeNumber } from '../../../base/report-numbers.ts';
import type { RunDetail } from '../../../contract/train.ts';

const width = 420;
const height = 300;
const frame = { left: 56, right: 16, top: 12, bottom: 40 };
const shownColumns = 12;

interface Point {
  x: number;
  y: number;
}

/** The pictures of a run that its stored figures allow. */
export function chartsOf({ curves, importance, run }: RunDetail): Html[] {
  const pairs = pointsOf(curves.pairs, 'actual', 'predicted');
  const roc = pointsOf(curves.roc, 'falsePositiveRate', 'truePositiveRate');
  const calibration = pointsOf(curves.calibration, 'meanPredicted', 'shareOfPositives');
  const matrix = confusionOf(curves.confusion);
  return [
    ...(importance.length > 0
      ? [figure('What it goes by', `${run.metric.name}, worse by shuffling a column`, bars(importance))]
      : []),
    ...(pairs
      ? [
          figure(
            'Predicted against true',
            'rows of the holdout',
            plot(pairs, { x: 'true', y: 'predicted', isSquare: true }),
          ),
        ]
      : []),
    ...(roc
      ? [
          figure(
            'ROC curve',
            'on the holdout',
            plot(roc, { x: 'false positive rate', y: 'true positive rate', isLine: true, isShare: true }),
          ),
        ]
      : []),
    ...(calibration
      ? [
          figure(
            'Calibration',
            'on the holdout',
            plot(calibration, { x: 'predicted share', y: 'true share', isLine: true, isShare: true }),
          ),
        ]
      : []),
    ...(matrix ? [figure('Confusion matrix', 'rows are true classes, columns predicted ones', matrix)] : []),
  ];
}

/** A metric with its interval on a common axis. */
export function intervalBar(
  value: number | null,
  interval: readonly number[] | undefined,
  low: number,
  high: number,
): Html {
  if (value === null || !(high > low)) return html``;
  const at = (number: number) =>
    writeCoordinate(4 + (112 * (Math.min(high, Math.max(low, number)) - low)) / (high - low));
  const [from, to] = interval ?? [];
  const bar =
    from === undefined || to === undefined
      ? html``
      : html`<line class="interval" x1="${at(from)}" x2="${at(to)}" y1="7" y2="7"/>`;
  return html`<svg class="bar" viewBox="0 0 120 14" width="120" height="14" role="img" aria-label="${writeNumber(value)}">${bar}<circle class="dot" cx="${at(value)}" cy="7" r="3"/></svg>`;
}

function figure(title: string, note: string, drawing: Html): Html {
  return html`<figure><figcaption><b>${title}</b><span>${note}</span></figcaption>${drawing}</figure>`;
}

function bars(importance: RunDetail['importance']): Html {
  const shown = importance.slice(0, shownColumns);
  const largest = Math.max(...shown.map(({ value }) => value), 0) || 1;
  const rows = shown.map(({ name, value }, index) => {
    const y = 4 + index * 22;
    const length = writeCoordinate((Math.max(0, value) / largest) * 200);
    return html`<text x="150" y="${y + 13}" text-anchor="end">${shorten(name, 24)}<title>${name}</title></text><rect class="fill" x="158" y="${y + 3}" width="${length}" height="12" rx="2"/><text x="${writeCoordinate(164 + Number(length))}" y="${y + 13}">${writeNumber(value)}</text>`;
  });
  return html`<svg viewBox="0 0 ${width} ${8 + shown.length * 22}" width="${width}" role="img" aria-label="Importance of columns">${rows}</svg>`;
}

function plot(
  points: readonly Point[],
  options: { x: string; y: string; isLine?: boolean; isShare?: boolean; isSquare?: boolean },
): Html {
  const all = options.isSquare ? points.flatMap(({ x, y }) => [x, y]) : [];
  const spread = (values: number[]): [number, number] => {
    const low = Math.min(...values);
    const high = Math.max(...values);
    return low === high ? [low - 0.5, high + 0.5] : [low, high];
  };
  const [lowX, highX] = options.isShare ? [0, 1] : spread(options.isSquare ? all : points.map(({ x }) => x));
  const [lowY, highY] = options.isShare ? [0, 1] : spread(options.isSquare ? all : points.map(({ y }) => y));
  const right = width - frame.right;
  const bottom = height - frame.bottom;
  const acrossOf = (x: number) => writeCoordinate(frame.left + ((x - lowX) / (highX - lowX)) * (right - frame.left));
  const upOf = (y: number) => writeCoordinate(bottom - ((y - lowY) / (highY - lowY)) * (bottom - frame.top));
  const grid = [
    ...ticksBetween(lowX, highX).map(
      (tick) =>
        html`<line class="grid" x1="${acrossOf(tick)}" x2="${acrossOf(tick)}" y1="${frame.top}" y2="${bottom}"/><text x="${acrossOf(tick)}" y="${bottom + 16}" text-anchor="middle">${writeNumber(tick)}</text>`,
    ),
    ...ticksBetween(lowY, highY).map(
      (tick) =>
        html`<line class="grid" x1="${frame.left}" x2="${right}" y1="${upOf(tick)}" y2="${upOf(tick)}"/><text x="${frame.left - 8}" y="${Number(upOf(tick)) + 4}" text-anchor="end">${writeNumber(tick)}</text>`,
    ),
  ];
  const isDiagonal = options.isSquare || options.isShare;
  const diagonal = isDiagonal
    ? html`<line class="reference" x1="${acrossOf(lowX)}" y1="${upOf(lowX)}" x2="${acrossOf(highX)}" y2="${upOf(highX)}"/>`
    : html``;
  const drawn = options.isLine
    ? html`<polyline class="line" points="${points.map(({ x, y }) => `${acrossOf(x)},${upOf(y)}`).join(' ')}"/>`
    : points.map(({ x, y }) => html`<circle class="point" cx="${acrossOf(x)}" cy="${upOf(y)}" r="2.5"/>`);
  return html`<svg viewBox="0 0 ${width} ${height}" width="${width}" role="img" aria-label="${options.y} against ${options.x}">${grid}${diagonal}${drawn}<text x="${(frame.left + right) / 2}" y="${height - 6}" text-anchor="middle">${options.x}</text><text x="12" y="${(frame.top + bottom) / 2}" text-anchor="middle" transform="rotate(-90 12 ${(frame.top + bottom) / 2})">${options.y}</text></svg>`;
}

/** A table, up to a size that a page holds. */
function confusionOf(value: unknown): Html | undefined {
  const { classes, matrix } = (value ?? {}) as { classes?: unknown; matrix?: unknown };
  if (!Array.isArray(classes) || !Array.isArray(matrix) || classes.length > 12) return undefined;
  const head = classes.map((name) => html`<th scope="col">${shorten(String(name), 16)}</th>`);
  const rows = classes.map((name, row) => {
    const counts = Array.from((matrix[row] ?? []) as number[]);
    const cells = counts.map(
      (count, column) => html`<td class="${column === row ? 'right' : ''}">${writeNumber(count)}</td>`,
    );
    return html`<tr><th scope="row">${shorten(String(name), 24)}</th>${cells}</tr>`;
  });
  return html`<table class="matrix"><thead><tr><th></th>${head}</tr></thead><tbody>${rows}</tbody></table>`;
}

function pointsOf(value: unknown, x: string, y: string): Point[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const points = (value as Record<string, unknown>[])
    .map((entry) => ({ x: entry?.[x], y: entry?.[y] }))
    .filter((point): point is Point => Number.isFinite(point.x) && Number.isFinite(point.y));
  return points.length > 0 ? points : undefined;
}

function writeCoordinate(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
