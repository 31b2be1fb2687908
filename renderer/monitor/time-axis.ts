import { xAxis } from '../charts/options.ts';
import type { ChartTheme } from '../charts/theme.ts';
import { formatDay } from '../ui/format.ts';
import { periodName, timeTicks, windowSizeOf } from './periods.ts';
import { type TimeBreak, timeScale } from './timeline/time-scale.ts';

interface TimeWindow {
  from: string;
  to: string;
  rows: number;
}

const axisLength = 1000;
const readableTicks = 6;
/** Of the axis' length: what a letter takes in a narrow chart, and the room that a label needs beside its neighbour's middle. */
const letter = 6;
const labelRoom = 40;

/** The axis of time of a chart by window, on which long stretches without a row are left out as on the time line. */
export interface TimeAxis {
  /** Where an instant stands. */
  at: (time: string) => number;
  middle: (window: { from: string; to: string }) => number;
  /** Where its labels stand. */
  ticks: ReadonlyMap<number, string>;
  option: (theme: ChartTheme) => Record<string, unknown>;
}

export function timeAxis(windows: readonly TimeWindow[]): TimeAxis {
  const scale = timeScale(windows, 0, axisLength);
  const from = Date.parse(windows[0]?.from ?? '');
  const to = Date.parse(windows.at(-1)?.to ?? '');
  const leftOut = scale.breaks.reduce((sum, one) => sum + (one.to - one.from), 0);
  const ticks = new Map(
    timeTicks(from, to, readableTicks, to - from - leftOut)
      .filter((tick) => !scale.breaks.some((one) => tick.at >= one.from && tick.at <= one.to))
      .map((tick) => [scale.x(tick.at), tick.label]),
  );
  for (const one of scale.breaks) {
    const [place, label] = [scale.x(one.to), breakLabel(windows, one)];
    for (const other of [...ticks.keys()])
      if (Math.abs(other - place) < label.length * letter + labelRoom) ticks.delete(other);
    ticks.set(place, label);
  }
  const at = (time: string) => scale.x(Date.parse(time));
  return {
    at,
    ticks,
    middle: (window) => (at(window.from) + at(window.to)) / 2,
    option: (theme) =>
      xAxis(theme, {
        type: 'value',
        min: 0,
        max: axisLength,
        axisLabel: { customValues: [...ticks.keys()], formatter: (value: number) => ticks.get(value) ?? '' },
      }),
  };
}

/** What stands where the axis goes on after a stretch that is left out: `⋯ 2015`. */
function breakLabel(windows: readonly TimeWindow[], { to }: TimeBreak): string {
  const next = windows.find((window) => Date.parse(window.from) === to);
  if (!next) return '⋯';
  return `⋯ ${windowSizeOf(next.from, next.to) === 'week' ? formatDay(next.from) : periodName(next.from, next.to)}`;
}

/** What the tooltip of a chart by window is headed with. */
export function windowTitle(window: { from: string; to: string } | undefined): string {
  return window ? periodName(window.from, window.to) : '';
}
