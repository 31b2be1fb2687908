import type { ElsewhereReport } from '../../../engine/contract/monitor-profiles.ts';
import { type TimeBreak, type TimedRows, timeScale } from './time-scale.ts';

export interface Lane {
  top: number;
  height: number;
}

/** Heights of the lanes, as on the looks page, in the order in which they stand. */
const laneHeights = {
  traffic: 36,
  metric: 126,
  drift: 68,
  whole: 48,
  alerts: 26,
  releases: 26,
  data: 26,
  elsewhere: 26,
} as const;
export type LaneName = keyof typeof laneHeights;
const laneNames = Object.keys(laneHeights) as LaneName[];

/** Where everything of the time chart stands, in pixels. */
export interface LaneLayout {
  width: number;
  height: number;
  left: number;
  right: number;
  x: (time: number) => number;
  /** Where a long stretch without traffic is left out. */
  breaks: TimeBreak[];
  lanes: Partial<Record<LaneName, Lane>> & Record<'traffic' | 'metric' | 'drift', Lane>;
  /** Where the labels of the axis begin. */
  axis: number;
}

const labelColumn = 196;
const narrowLabelColumn = 188;
const rightLabels = 104;
const capRoom = 32;
const gap = 10;
const narrowBelow = 760;

/** Of each server elsewhere, which share a lane. */
export const rowHeight = laneHeights.elsewhere;

/** Places the lanes one under the other; `shown` says which of them there are, `servers` how many answer elsewhere. */
export function layLanes(
  windows: readonly TimedRows[],
  width: number,
  shown: readonly LaneName[],
  servers = 1,
): LaneLayout {
  const narrow = width < narrowBelow;
  const left = narrow ? narrowLabelColumn : labelColumn;
  const right = width - (narrow ? 84 : rightLabels);
  const lanes: Partial<Record<LaneName, Lane>> = {};
  let top: number = capRoom;
  for (const name of laneNames.filter((one) => shown.includes(one))) {
    const height = name === 'elsewhere' ? servers * rowHeight : laneHeights[name];
    lanes[name] = { top, height };
    top += height + gap;
  }
  const scale = timeScale(windows, left, right);
  return { width, height: top + 16, left, right, ...scale, lanes: lanes as LaneLayout['lanes'], axis: top };
}

/** The windows of here with the rows of all servers, so that time in which only others answered is not left out. */
export function withElsewhere(windows: readonly TimedRows[], servers: readonly ElsewhereReport[]): TimedRows[] {
  return windows.map(({ from, to, rows }) => ({
    from,
    to,
    rows: servers.reduce((sum, { timeline }) => sum + (timeline.find((one) => one.from === from)?.rows ?? 0), rows),
  }));
}

/** The middle of a window on the time axis. */
export function middleOf(layout: LaneLayout, window: { from: string; to: string }): number {
  return (layout.x(Date.parse(window.from)) + layout.x(Date.parse(window.to))) / 2;
}

/** Whether an instant is within what the axis shows. */
export function isShown(layout: LaneLayout, windows: readonly { from: string; to: string }[], time: string): boolean {
  const first = windows[0]?.from;
  const last = windows.at(-1)?.to;
  const at = Date.parse(time);
  if (first === undefined || last === undefined || at < Date.parse(first) || at > Date.parse(last)) return false;
  return !layout.breaks.some((one) => at > one.from && at < one.to);
}
