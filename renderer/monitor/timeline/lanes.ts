import type { MonitorReport } from '../../../engine/contract/monitor.ts';
import { linear, linePath, niceAxis, spreadLabels } from '../../charts/scale.ts';
import { formatTick } from '../../ui/format.ts';
import { isShare } from '../../ui/words.ts';
import { type TimeBreak, timeScale } from './time-scale.ts';

/** Where everything of the time chart stands, in pixels. Heights of the lanes are those of the looks page. */
export interface LaneLayout {
  width: number;
  height: number;
  left: number;
  right: number;
  x: (time: number) => number;
  /** Where a long stretch without traffic is left out. */
  breaks: TimeBreak[];
  traffic: Lane;
  metric: Lane;
  drift: Lane;
  alerts: Lane;
  releases: Lane;
  labels: Lane;
  axis: number;
}

export interface Lane {
  top: number;
  height: number;
}

export interface DriftSeries {
  name: string;
  colour: string;
  /** Of its name at the line's end. */
  textColour: string;
  path: string;
  points: { x: number; y: number }[];
  labelY: number;
}

const labelColumn = 196;
const rightLabels = 104;
const capRoom = 24;
const gap = 10;
/** As text, a colour needs more contrast than as a line. */
const driftTextColours = ['var(--data-orange-text)', 'var(--data-ochre)', 'var(--text-second)'];
const driftColours = ['var(--data-orange)', 'var(--data-ochre)', 'var(--reference)'];

export function layLanes(report: MonitorReport, width: number): LaneLayout {
  const narrow = width < 760;
  const left = narrow ? 132 : labelColumn;
  const right = width - (narrow ? 84 : rightLabels);
  let top = capRoom;
  const lane = (height: number): Lane => {
    const made = { top, height };
    top += height + gap;
    return made;
  };
  const traffic = lane(36);
  const metric = lane(126);
  const drift = lane(68);
  const alerts = lane(26);
  const releases = lane(26);
  const labels = lane(26);
  const scale = timeScale(report.timeline, left, right);
  return {
    width,
    height: top + 16,
    left,
    right,
    x: scale.x,
    breaks: scale.breaks,
    traffic,
    metric,
    drift,
    alerts,
    releases,
    labels,
    axis: top,
  };
}

/** The middle of a window on the time axis. */
export function middleOf(layout: LaneLayout, window: { from: string; to: string }): number {
  return (layout.x(Date.parse(window.from)) + layout.x(Date.parse(window.to))) / 2;
}

export interface MetricLane {
  ticks: { value: number; y: number }[];
  path: string;
  points: { x: number; y: number }[];
  limit: number | undefined;
  /** Height of the value that the version had on its holdout. */
  trained: number | undefined;
  /** What stands right of the lane, moved apart. */
  labels: { text: string; kind: 'realised' | 'trained' | 'limit'; y: number }[];
}

/** The metric by window, with the limit and what the version had on its holdout. */
export function drawMetric(report: MonitorReport, layout: LaneLayout): MetricLane {
  const values = report.timeline.map((window) => window.metric);
  const trained = report.performance?.reference[report.metric.name] ?? undefined;
  const known = values.filter((value) => value !== null);
  const include = [report.limits?.bound, trained, ...(isShare(report.metric.name) ? [0, 1] : [0])].filter(
    (value) => value !== undefined,
  );
  const axis = niceAxis(
    known.map((value) => Math.max(value, -1)),
    2,
    include,
  );
  const lane = layout.metric;
  const y = linear(axis.minimum, axis.maximum, lane.top + lane.height - 2, lane.top + 4);
  const clamp = (value: number) => Math.min(lane.top + lane.height, Math.max(lane.top, y(value)));
  const places = report.timeline.map((window) =>
    window.metric === null ? null : { x: middleOf(layout, window), y: clamp(window.metric) },
  );
  const points = places.filter((place) => place !== null);
  const end = points.at(-1)?.y;
  const limit = report.limits ? y(report.limits.bound) : undefined;
  const texts = [
    ...(end === undefined ? [] : [{ text: 'realised', kind: 'realised' as const, y: end }]),
    ...(trained === undefined ? [] : [{ text: 'at training', kind: 'trained' as const, y: y(trained) }]),
    ...(limit === undefined
      ? []
      : [{ text: `limit ${formatTick(report.limits?.bound ?? 0)}`, kind: 'limit' as const, y: limit }]),
  ];
  const spread = spreadLabels(
    texts.map((label) => label.y),
    15,
    lane.top,
    lane.top + lane.height,
  );
  return {
    ticks: axis.ticks.map((value) => ({ value, y: y(value) })),
    path: linePath(places),
    points,
    limit,
    trained: trained === undefined ? undefined : y(trained),
    labels: texts.map((label, index) => ({ ...label, y: spread[index] ?? label.y })),
  };
}

/** The columns that drifted most, at most three, and the scale that they share. */
export function drawDrift(
  report: MonitorReport,
  layout: LaneLayout,
): { ticks: { value: number; y: number }[]; series: DriftSeries[] } {
  const names = [...new Set(report.timeline.flatMap((window) => Object.keys(window.drift)))];
  const largest = (name: string) => Math.max(0, ...report.timeline.map((window) => window.drift[name] ?? 0));
  const shown = names.sort((a, b) => largest(b) - largest(a)).slice(0, driftColours.length);
  const axis = niceAxis(shown.map(largest), 2, [0]);
  const lane = layout.drift;
  const y = linear(axis.minimum, axis.maximum, lane.top + lane.height - 2, lane.top + 6);
  const ends = shown.map((name) =>
    y(report.timeline.findLast((window) => (window.drift[name] ?? null) !== null)?.drift[name] ?? 0),
  );
  const labels = spreadLabels(ends, 15, lane.top + 4, lane.top + lane.height);
  return {
    ticks: axis.ticks.map((value) => ({ value, y: y(value) })),
    series: shown.map((name, index) => {
      const places = report.timeline.map((window) => {
        const value = window.drift[name] ?? null;
        return value === null ? null : { x: middleOf(layout, window), y: y(value) };
      });
      return {
        name,
        colour: driftColours[index] ?? 'var(--reference)',
        textColour: driftTextColours[index] ?? 'var(--text-second)',
        path: linePath(places),
        points: places.filter((place) => place !== null),
        labelY: labels[index] ?? lane.top,
      };
    }),
  };
}

export interface ReleaseSpan {
  version: number;
  from: number;
  to: number;
}

/** Which versions answered when, by event time: from the first to the last window in which each did. */
export function releaseSpans(report: MonitorReport, layout: LaneLayout): ReleaseSpan[] {
  const spans = new Map<number, ReleaseSpan>();
  for (const window of report.timeline) {
    for (const version of window.versions) {
      const known = spans.get(version);
      const to = layout.x(Date.parse(window.to));
      if (known) known.to = to;
      else spans.set(version, { version, from: layout.x(Date.parse(window.from)), to });
    }
  }
  return [...spans.values()].sort((a, b) => a.from - b.from || a.version - b.version);
}
