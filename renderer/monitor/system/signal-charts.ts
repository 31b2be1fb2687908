import type { EChartsCoreOption } from 'echarts/core';
import type { DeploymentSystem, SystemWindow } from '../../../engine/contract/monitor-system.ts';
import type { ChartData } from '../../charts/chart-data.ts';
import { baseOptions, chartTooltip, tooltipLines, xAxis, yAxis } from '../../charts/options.ts';
import type { ChartTheme } from '../../charts/theme.ts';
import { formatBytes, formatCount, formatNumber, formatPercent, formatTick } from '../../ui/format.ts';
import { middleOf, pointsOf, timeTick, windowAt, windowWords } from './spans.ts';

type Range = Pick<DeploymentSystem, 'since' | 'until' | 'windows'>;
type Colour = keyof ChartTheme;

/** A line of a chart. */
export interface SignalLine {
  name: string;
  colour: Colour;
  value: (window: SystemWindow) => number | null;
  isReference?: boolean;
}

export interface Signal {
  title: string;
  /** The unit line. */
  note: string;
  label: string;
  meaning: string;
  lines: readonly SignalLine[];
  format: (value: number | null) => string;
  /** On the axis. */
  tick: (value: number) => string;
  /** The end of the axis where values stay below it. */
  maximum?: number;
  /** The axis ends at 1 where values are large, or none is above 0. */
  isShare?: boolean;
  /** Steps of whole numbers. */
  isCount?: boolean;
  /** Drawn as stacked bars. */
  isStacked?: boolean;
}

const shareOf = (part: number, { requests }: SystemWindow) => (requests === 0 ? null : part / requests);

export const signals: readonly Signal[] = [
  {
    title: 'Traffic',
    note: 'requests in a window',
    label: 'Requests by time of receipt',
    meaning:
      'How many prediction requests came in each window: answered, refused for a fault of the caller, and failed.',
    lines: [
      { name: 'answered', colour: 'green', value: ({ requests, failed, refused }) => requests - failed - refused },
      { name: 'refused', colour: 'ochre', value: ({ refused }) => refused },
      { name: 'failed', colour: 'bad', value: ({ failed }) => failed },
    ],
    format: (value) => formatCount(value ?? 0),
    tick: formatTick,
    isCount: true,
    isStacked: true,
  },
  {
    title: 'Errors',
    note: 'share of the requests',
    label: 'Share of requests that failed or were refused',
    meaning:
      'Failed are requests that the server did not answer for its own part (HTTP 5xx); refused are those with a fault of the caller (4xx), as rows that do not fit the signature.',
    lines: [
      { name: 'failed', colour: 'bad', value: (window) => shareOf(window.failed, window) },
      { name: 'refused', colour: 'ochre', value: (window) => shareOf(window.refused, window) },
    ],
    format: formatPercent,
    tick: (value) => formatPercent(value),
    isShare: true,
  },
  {
    title: 'Latency',
    note: 'milliseconds, of requests that were answered',
    label: 'Quantiles of the latency',
    meaning:
      'How long answers took from the receipt of the request. Quantiles are of a histogram that adds up over windows and servers, and are right within 5 %.',
    lines: [
      { name: 'p99', colour: 'violet', value: ({ p99 }) => p99 },
      { name: 'p95', colour: 'blue', value: ({ p95 }) => p95 },
      { name: 'p50', colour: 'reference', value: ({ p50 }) => p50, isReference: true },
    ],
    format: (value) => (value === null ? '–' : `${formatNumber(value)} ms`),
    tick: formatTick,
  },
  {
    title: 'Saturation',
    note: 'share that was in use at most',
    label: 'Saturation of the server',
    meaning:
      'The most that was in use of the room for rows that wait, of the event loop, or of the machine’s processors. At 100 % requests wait, or are refused.',
    lines: [{ name: 'in use', colour: 'orange', value: ({ saturation }) => saturation }],
    format: formatPercent,
    tick: (value) => formatPercent(value),
    maximum: 1,
  },
  {
    title: 'Queue',
    note: 'rows that waited for the model at most',
    label: 'Rows that waited',
    meaning: 'The most rows that had come and were not answered yet.',
    lines: [{ name: 'waiting rows', colour: 'orange', value: ({ waitingRows }) => waitingRows }],
    format: (value) => (value === null ? '–' : formatCount(value)),
    tick: formatTick,
    isCount: true,
  },
  {
    title: 'Processor',
    note: 'cores that the process used in its busiest minute',
    label: 'Cores in use',
    meaning: 'Processor time of the server’s process, by the time that went by: 1 is one core that was always busy.',
    lines: [{ name: 'cores', colour: 'blue', value: ({ cpu }) => cpu }],
    format: (value) => formatNumber(value, 2),
    tick: formatTick,
  },
  {
    title: 'Memory',
    note: 'of the process, at most',
    label: 'Memory of the process',
    meaning: 'Resident memory of the server’s process.',
    lines: [{ name: 'memory', colour: 'blue', value: ({ memoryBytes }) => memoryBytes }],
    format: (value) => (value === null ? '–' : formatBytes(value)),
    tick: (value) => formatBytes(value),
  },
];

/** The chart of a signal; its axis of time is that of the range, so that what is not known stays empty. */
export function signalOption(theme: ChartTheme, signal: Signal, { since, until, windows }: Range): EChartsCoreOption {
  const from = Date.parse(since);
  // The window that goes on still reaches beyond now.
  const to = Math.max(Date.parse(until), Date.parse(windows.at(-1)?.to ?? until));
  const maximum = maximumOf(signal, windows);
  return {
    ...baseOptions(theme),
    grid: { left: 52, right: 10, top: 10, bottom: 26 },
    tooltip: chartTooltip(theme, {
      formatter: (hits: { axisValue: number }[]) => tipOf(signal, windowAt(windows, hits[0]?.axisValue ?? 0)),
    }),
    xAxis: xAxis(theme, {
      type: 'time',
      min: from,
      max: to,
      splitNumber: 5,
      containShape: false,
      axisLabel: { formatter: (time: number) => timeTick(time, to - from) },
    }),
    yAxis: yAxis(theme, {
      type: 'value',
      min: 0,
      max: maximum,
      splitNumber: 3,
      ...(signal.isCount ? { minInterval: 1 } : {}),
      ...(maximum ? { interval: maximum / 4 } : {}),
      axisLabel: { formatter: signal.tick },
    }),
    series: signal.lines.map((line) => seriesOf(theme, signal, line, windows)),
  };
}

const largeShare = 0.5;

function maximumOf({ maximum, isShare, lines }: Signal, windows: readonly SystemWindow[]): number | undefined {
  if (!isShare) return maximum;
  const largest = Math.max(0, ...windows.flatMap((window) => lines.map(({ value }) => value(window) ?? 0)));
  return largest === 0 || largest > largeShare ? 1 : undefined;
}

function seriesOf(theme: ChartTheme, { isStacked }: Signal, line: SignalLine, windows: readonly SystemWindow[]) {
  const colour = theme[line.colour];
  if (isStacked) {
    const data = windows.map((window) => [middleOf(window), line.value(window)]);
    return { type: 'bar', name: line.name, stack: 'all', barMaxWidth: 14, data, itemStyle: { color: colour } };
  }
  const data = pointsOf(windows, line.value);
  return {
    type: 'line',
    name: line.name,
    data,
    symbolSize: 5,
    // A single window between gaps has no line, only its point.
    showSymbol: data.length < 40,
    lineStyle: { color: colour, width: line.isReference ? 1.5 : 1.75, type: line.isReference ? 'dashed' : 'solid' },
    itemStyle: { color: colour },
  };
}

function tipOf({ lines, format }: Signal, window: SystemWindow | undefined): HTMLElement {
  if (!window) return tooltipLines('', []);
  return tooltipLines(windowWords(window), [
    ...lines.map((line): [string, string] => [line.name, format(line.value(window))]),
    ['requests', formatCount(window.requests)],
  ]);
}

export function signalTable({ lines }: Signal, windows: readonly SystemWindow[]): ChartData {
  return {
    columns: ['from', 'to', 'requests', ...lines.map(({ name }) => name)],
    rows: windows.map((window) => [
      window.from,
      window.to,
      window.requests,
      ...lines.map(({ value }) => value(window)),
    ]),
  };
}
