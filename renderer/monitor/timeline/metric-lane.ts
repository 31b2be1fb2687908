import type { MonitorReport } from '../../../engine/contract/monitor.ts';
import type { Estimate } from '../../../engine/contract/train-estimates.ts';
import { bandPath, isolatedPoints, linear, linePath, niceAxis, spreadLabels } from '../../charts/scale.ts';
import { formatTick } from '../../ui/format.ts';
import { isShare } from '../../ui/words.ts';
import { type LaneLayout, middleOf } from './layout.ts';

/** A curve with its 95 % interval as a band. */
export interface Curve {
  path: string;
  band: string;
  /** The intervals that the band does not show, of windows without neighbours. */
  bars: { x: number; low: number; high: number }[];
  points: { x: number; y: number }[];
  /** Those that the path does not show. */
  alone: { x: number; y: number }[];
}

export interface MetricLane {
  ticks: { value: number; y: number }[];
  realised: Curve;
  estimated: Curve;
  limit: number | undefined;
  /** Height of the value that the version had on its holdout. */
  trained: number | undefined;
  /** What stands right of the lane, moved apart. */
  labels: { text: string; kind: 'realised' | 'estimated' | 'trained' | 'limit'; y: number }[];
}

type Window = MonitorReport['timeline'][number];

const unknown: Estimate = { value: null, low: null, high: null };
/** A share far below 0 would press all others to the top. */
const leastShown = -1;

/** The metric of a window with its interval. */
export function realisedOf({ metric, interval }: Window): Estimate {
  return { value: metric, low: interval?.[0] ?? null, high: interval?.[1] ?? null };
}

/** The metric's lane, with the limit and what the version had on its holdout. */
export function drawMetric(report: MonitorReport, layout: LaneLayout): MetricLane {
  const windows = report.timeline;
  const trained = report.performance?.reference[report.metric.name] ?? undefined;
  const share = isShare(report.metric.name);
  const known = windows
    .flatMap((window) => [realisedOf(window), window.estimated ?? unknown])
    .flatMap(({ value }) => value ?? []);
  const include = [report.limits?.bound, trained, ...(share ? [0, 1] : [0])].filter((value) => value !== undefined);
  const axis = niceAxis(share ? known.map((value) => Math.max(value, leastShown)) : known, 2, include);
  const lane = layout.lanes.metric;
  const y = linear(axis.minimum, axis.maximum, lane.top + lane.height - 2, lane.top + 4);
  // Wide intervals are cut off at the lane's edge, lest they press the curve flat; the numbers are on hover.
  const clamp = (value: number) => Math.min(lane.top + lane.height, Math.max(lane.top, y(value)));
  const curve = (of: (window: Window) => Estimate) => drawCurve(windows, of, layout, clamp);
  const realised = curve(realisedOf);
  const estimated = curve((window) => window.estimated ?? unknown);
  const limit = report.limits ? y(report.limits.bound) : undefined;
  const labels = [
    { text: 'realised', kind: 'realised', y: realised.points.at(-1)?.y },
    { text: 'estimated', kind: 'estimated', y: estimated.points.at(-1)?.y },
    { text: 'at training', kind: 'trained', y: trained === undefined ? undefined : y(trained) },
    { text: `limit ${formatTick(report.limits?.bound ?? 0)}`, kind: 'limit', y: limit },
  ].filter((label): label is MetricLane['labels'][number] => label.y !== undefined);
  const places = labels.map((label) => label.y);
  const spread = spreadLabels(places, 15, lane.top, lane.top + lane.height);
  return {
    ticks: axis.ticks.map((value) => ({ value, y: y(value) })),
    realised,
    estimated,
    limit,
    trained: trained === undefined ? undefined : y(trained),
    labels: labels.map((label, index) => ({ ...label, y: spread[index] ?? label.y })),
  };
}

function drawCurve(
  windows: readonly Window[],
  of: (window: Window) => Estimate,
  layout: LaneLayout,
  y: (value: number) => number,
): Curve {
  const places = windows.map((window) => {
    const { value } = of(window);
    return value === null ? null : { x: middleOf(layout, window), y: y(value) };
  });
  const intervals = windows.map((window) => {
    const { low, high } = of(window);
    return low === null || high === null ? null : { x: middleOf(layout, window), low: y(low), high: y(high) };
  });
  return {
    path: linePath(places),
    band: bandPath(intervals),
    bars: isolatedPoints(intervals),
    points: places.filter((place) => place !== null),
    alone: isolatedPoints(places),
  };
}
