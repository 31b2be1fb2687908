import type { EChartsCoreOption } from 'echarts/core';
import type { ConceptChange, PerformanceWindow } from '../../../engine/contract/monitor-performance.ts';
import type { Estimate } from '../../../engine/contract/train-estimates.ts';
import { bandsOf } from '../../charts/band.ts';
import type { ChartData } from '../../charts/chart-data.ts';
import { levelLine } from '../../charts/level-line.ts';
import { baseOptions, chartTooltip, tooltipLines, yAxis } from '../../charts/options.ts';
import { niceAxis, tickFormat } from '../../charts/scale.ts';
import type { ChartTheme } from '../../charts/theme.ts';
import { formatMetric, rangeWords } from '../../ui/figure-words.ts';
import { formatCount, formatDay } from '../../ui/format.ts';
import { isShare } from '../../ui/words.ts';
import { timeAxis, windowTitle } from '../time-axis.ts';
import { detectorName } from './change-words.ts';

/** One metric over time. */
export interface MetricHistory {
  name: string;
  windows: readonly PerformanceWindow[];
  /** On the holdout of the deployed version. */
  trained: number | null | undefined;
  limit: number | undefined;
  changes: readonly ConceptChange[];
}

type Side = 'realised' | 'estimated';

const readablePoints = 40;
const unknown: Estimate = { value: null, low: null, high: null };

function figure(window: PerformanceWindow, side: Side, name: string): Estimate {
  return window[side]?.[name] ?? unknown;
}

export function metricTable({ name, windows }: MetricHistory): ChartData {
  return {
    columns: ['from', 'to', 'rows', 'labelled', name, 'low', 'high', 'estimated', 'estimated low', 'estimated high'],
    rows: windows.map((window) => {
      const [realised, estimated] = [figure(window, 'realised', name), figure(window, 'estimated', name)];
      return [
        window.from,
        window.to,
        window.rows,
        window.labelled,
        ...[realised, estimated].flatMap(({ value, low, high }) => [value, low, high]),
      ];
    }),
  };
}

/** Realised with its interval, estimated dashed beside it; the holdout, the limit and the changes of the errors as lines. */
export function metricOptions(theme: ChartTheme, history: MetricHistory): EChartsCoreOption {
  const { name, windows, trained, limit, changes } = history;
  const axis = timeAxis(windows);
  const values = (['realised', 'estimated'] as const).flatMap((side) =>
    windows.flatMap((window) => figure(window, side, name).value ?? []),
  );
  const scale = niceAxis(values, 3, [trained ?? Number.NaN, limit ?? Number.NaN, ...(isShare(name) ? [1] : [0])]);
  const intervals = (side: Side) =>
    windows.map((window) => ({ x: axis.middle(window), ...figure(window, side, name) }));
  const lines = [
    ...levelLine(theme, { value: trained, text: 'at training', colour: theme.lineStrong, type: 'solid' }),
    ...levelLine(theme, { value: limit, text: 'limit', colour: theme.bad, type: 'dotted' }),
    ...changes.map((change) => ({
      xAxis: axis.at(change.at),
      lineStyle: { color: theme.textSecond, type: 'dashed', width: 1 },
      label: { show: false },
      name: `${detectorName(change.detector)}, ${formatDay(change.at)}`,
    })),
  ];
  return {
    ...baseOptions(theme),
    grid: { left: 44, right: 12, top: 12, bottom: 28 },
    tooltip: chartTooltip(theme, {
      formatter: (hits: { seriesName: string; dataIndex: number }[]) => {
        const window = windows[hits.find((hit) => hit.seriesName !== 'band')?.dataIndex ?? -1];
        return tooltipLines(windowTitle(window), window ? tipLines(window, name) : []);
      },
    }),
    xAxis: axis.option(theme),
    yAxis: yAxis(theme, {
      type: 'value',
      min: scale.minimum,
      max: scale.maximum,
      interval: Number(((scale.ticks[1] ?? 1) - (scale.ticks[0] ?? 0)).toPrecision(6)),
      axisLabel: { formatter: tickFormat(scale.ticks) },
    }),
    series: [
      ...bandsOf(intervals('estimated'), theme.reference),
      ...bandsOf(intervals('realised'), theme.blue),
      curve('estimated', theme.reference, windows, name, axis.middle),
      {
        ...curve('realised', theme.blue, windows, name, axis.middle),
        markLine: { silent: true, symbol: 'none', animation: false, data: lines },
      },
    ],
  };
}

function tipLines(window: PerformanceWindow, name: string): (readonly [string, string])[] {
  const write = (side: Side): string => {
    const known = figure(window, side, name);
    const range = rangeWords(known, (value) => formatMetric(name, value));
    return `${formatMetric(name, known.value)}${range ? ` (${range})` : ''}`;
  };
  return [
    ['realised', write('realised')],
    ...(figure(window, 'estimated', name).value === null ? [] : [['estimated', write('estimated')] as const]),
    ['rows with labels', `${formatCount(window.labelled)} of ${formatCount(window.rows)}`],
  ];
}

function curve(
  side: Side,
  colour: string,
  windows: readonly PerformanceWindow[],
  name: string,
  middle: (window: PerformanceWindow) => number,
): Record<string, unknown> {
  const known = windows.filter((window) => figure(window, side, name).value !== null).length;
  return {
    name: side,
    type: 'line',
    data: windows.map((window) => [middle(window), figure(window, side, name).value]),
    // Of a window without neighbours a line shows nothing.
    showSymbol: known <= readablePoints,
    symbol: 'circle',
    symbolSize: 4,
    lineStyle: { color: colour, width: side === 'realised' ? 2 : 1.5, type: side === 'realised' ? 'solid' : 'dashed' },
    itemStyle: { color: colour },
  };
}
