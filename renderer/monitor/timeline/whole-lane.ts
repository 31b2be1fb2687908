import type { MonitorReport } from '../../../engine/contract/monitor.ts';
import { isolatedPoints, linear, linePath, niceAxis, spreadLabels } from '../../charts/scale.ts';
import { formatNumber } from '../../ui/format.ts';
import { type LaneLayout, middleOf } from './layout.ts';

export interface WholeLane {
  ticks: { value: number; y: number }[];
  path: string;
  points: { x: number; y: number }[];
  /** Those that the path does not show. */
  alone: { x: number; y: number }[];
  /** Heights of the thresholds and of the reference's own error. */
  low: number;
  high: number;
  trained: number;
  /** What stands right of the lane, moved apart. */
  labels: { text: string; kind: 'error' | 'limit' | 'trained'; y: number }[];
}

/** Whether any window has a reconstruction error, and the report what to compare it with. */
export function hasWhole(report: MonitorReport): boolean {
  const { reconstruction } = report.drift.multivariate;
  return reconstruction !== null && report.timeline.some((window) => window.reconstructionError !== null);
}

/** The lane of the inputs as a whole: the reconstruction error of each window between its thresholds; undefined without any. */
export function drawWhole(report: MonitorReport, layout: LaneLayout): WholeLane | undefined {
  const lane = layout.lanes.whole;
  const { reconstruction } = report.drift.multivariate;
  if (!lane || !reconstruction) return undefined;
  const known = report.timeline.flatMap((window) => window.reconstructionError ?? []);
  const axis = niceAxis(known, 1, [reconstruction.low, reconstruction.high]);
  const y = linear(axis.minimum, axis.maximum, lane.top + lane.height - 2, lane.top + 4);
  const places = report.timeline.map((window) =>
    window.reconstructionError === null ? null : { x: middleOf(layout, window), y: y(window.reconstructionError) },
  );
  const points = places.filter((place) => place !== null);
  const [low, high, trained] = [y(reconstruction.low), y(reconstruction.high), y(reconstruction.reference)];
  const labels: WholeLane['labels'] = [
    { text: 'error', kind: 'error', y: points.at(-1)?.y ?? trained },
    { text: `limit ${formatNumber(reconstruction.high)}`, kind: 'limit', y: high },
    { text: 'at training', kind: 'trained', y: trained },
  ];
  const spread = spreadLabels(
    labels.map((label) => label.y),
    15,
    lane.top,
    lane.top + lane.height,
  );
  return {
    ticks: axis.ticks.map((value) => ({ value, y: y(value) })),
    path: linePath(places),
    points,
    alone: isolatedPoints(places),
    low,
    high,
    trained,
    labels: labels.map((label, index) => ({ ...label, y: spread[index] ?? label.y })),
  };
}
