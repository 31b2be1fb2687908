import { xAxis } from '../charts/options.ts';
import type { ChartTheme } from '../charts/theme.ts';
import { periodName, timeTicks } from './periods.ts';
import { timeScale } from './timeline/time-scale.ts';

interface TimeWindow {
  from: string;
  to: string;
  rows: number;
}

const axisLength = 1000;
const readableTicks = 6;

/** The axis of time of a chart by window, on which long stretches without a row are left out as on the time line. */
export interface TimeAxis {
  /** Where an instant stands. */
  at: (time: string) => number;
  middle: (window: { from: string; to: string }) => number;
  option: (theme: ChartTheme) => Record<string, unknown>;
}

export function timeAxis(windows: readonly TimeWindow[]): TimeAxis {
  const scale = timeScale(windows, 0, axisLength);
  const from = Date.parse(windows[0]?.from ?? '');
  const to = Date.parse(windows.at(-1)?.to ?? '');
  const leftOut = scale.breaks.reduce((sum, one) => sum + (one.to - one.from), 0);
  const ticks = new Map(
    timeTicks(from, to, readableTicks, to - from - leftOut)
      .filter((tick) => !scale.breaks.some((one) => tick.at > one.from && tick.at < one.to))
      .map((tick) => [scale.x(tick.at), tick.label]),
  );
  const at = (time: string) => scale.x(Date.parse(time));
  return {
    at,
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

/** What the tooltip of a chart by window is headed with. */
export function windowTitle(window: { from: string; to: string } | undefined): string {
  return window ? periodName(window.from, window.to) : '';
}
