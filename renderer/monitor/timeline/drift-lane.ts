import type { MonitorReport } from '../../../engine/contract/monitor.ts';
import { isolatedPoints, linear, linePath, niceAxis, spreadLabels } from '../../charts/scale.ts';
import { type LaneLayout, middleOf } from './layout.ts';

export interface DriftSeries {
  name: string;
  colour: string;
  /** Of its name at the line's end. */
  textColour: string;
  path: string;
  points: { x: number; y: number }[];
  /** Those that the path does not show. */
  alone: { x: number; y: number }[];
  labelY: number;
}

export interface DriftLane {
  ticks: { value: number; y: number }[];
  series: DriftSeries[];
}

const colours = ['var(--data-orange)', 'var(--data-ochre)', 'var(--reference)'];
/** As text, a colour needs more contrast than as a line. */
const textColours = ['var(--data-orange-text)', 'var(--data-ochre)', 'var(--text-second)'];

/**
 * The columns whose drift matters most, at most three: by their largest drift in a window times their importance, and
 * by drift alone where no importance is known. The chosen column is always one of them.
 */
export function driftColumns(report: MonitorReport, chosen?: string): string[] {
  const names = [...new Set(report.timeline.flatMap((window) => Object.keys(window.drift)))];
  const importance = new Map(report.drift.columns.map((column) => [column.name, Math.max(0, column.importance ?? 0)]));
  const knows = names.some((name) => (importance.get(name) ?? 0) > 0);
  const weight = (name: string) => largestDrift(report, name) * (knows ? (importance.get(name) ?? 0) : 1);
  const ranked = names.toSorted((a, b) => weight(b) - weight(a) || largestDrift(report, b) - largestDrift(report, a));
  const shown = ranked.slice(0, colours.length);
  if (chosen === undefined || !names.includes(chosen) || shown.includes(chosen)) return shown;
  return [...shown.slice(0, -1), chosen];
}

/** The lines of these columns on the scale that they share. */
export function drawDrift(report: MonitorReport, names: readonly string[], layout: LaneLayout): DriftLane {
  const axis = niceAxis(
    names.map((name) => largestDrift(report, name)),
    2,
    [0],
  );
  const lane = layout.lanes.drift;
  const y = linear(axis.minimum, axis.maximum, lane.top + lane.height - 2, lane.top + 6);
  const ends = names.map((name) => y(lastDrift(report, name)));
  const labels = spreadLabels(ends, 15, lane.top + 4, lane.top + lane.height);
  return {
    ticks: axis.ticks.map((value) => ({ value, y: y(value) })),
    series: names.map((name, index) => {
      const places = report.timeline.map((window) => {
        const value = window.drift[name] ?? null;
        return value === null ? null : { x: middleOf(layout, window), y: y(value) };
      });
      return {
        name,
        colour: colours[index] ?? 'var(--reference)',
        textColour: textColours[index] ?? 'var(--text-second)',
        path: linePath(places),
        points: places.filter((place) => place !== null),
        alone: isolatedPoints(places),
        labelY: labels[index] ?? lane.top,
      };
    }),
  };
}

function largestDrift(report: MonitorReport, name: string): number {
  return Math.max(0, ...report.timeline.map((window) => window.drift[name] ?? 0));
}

function lastDrift(report: MonitorReport, name: string): number {
  return report.timeline.findLast((window) => (window.drift[name] ?? null) !== null)?.drift[name] ?? 0;
}
