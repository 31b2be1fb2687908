import type { SystemWindow } from '../../../engine/contract/monitor-system.ts';

const hour = 3_600_000;

/** Stretches of the time of receipt that end now. */
export const systemSpans = [
  { value: 'hour', label: '1 hour', milliseconds: hour },
  { value: 'day', label: '24 hours', milliseconds: 24 * hour },
  { value: 'week', label: '7 days', milliseconds: 7 * 24 * hour },
  { value: 'month', label: '30 days', milliseconds: 30 * 24 * hour },
  { value: 'quarter', label: '90 days', milliseconds: 90 * 24 * hour },
] as const;
export type SystemSpan = (typeof systemSpans)[number]['value'];

type Point = [time: number, value: number | null];

/** A figure of each window at its middle; where windows do not touch there is a gap, which no line may bridge. */
export function pointsOf(windows: readonly SystemWindow[], value: (window: SystemWindow) => number | null): Point[] {
  const points: Point[] = [];
  let end: string | undefined;
  for (const window of windows) {
    if (end !== undefined && end !== window.from) points.push([Date.parse(end), null]);
    points.push([middleOf(window), value(window)]);
    end = window.to;
  }
  return points;
}

export function middleOf({ from, to }: { from: string; to: string }): number {
  return (Date.parse(from) + Date.parse(to)) / 2;
}

/** The window that holds an instant, else the nearest. */
export function windowAt(windows: readonly SystemWindow[], time: number): SystemWindow | undefined {
  let nearest: SystemWindow | undefined;
  for (const window of windows) {
    if (!nearest || Math.abs(middleOf(window) - time) < Math.abs(middleOf(nearest) - time)) nearest = window;
  }
  return nearest;
}

/** `14:30`, `Mon 14:00`, `17 Jun`: as short as a span allows; in the reader's zone, as receipts are of now. */
export function timeTick(time: number, span: number): string {
  const date = new Date(time);
  if (span <= 36 * hour) return date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
}

/** `17 Jun, 14:00 to 15:00`. */
export function windowWords({ from, to }: Pick<SystemWindow, 'from' | 'to'>): string {
  const clock = (time: string) => new Date(time).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  const day = new Date(from).toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
  return Date.parse(to) - Date.parse(from) >= 24 * hour ? day : `${day}, ${clock(from)} to ${clock(to)}`;
}
