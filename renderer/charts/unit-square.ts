import type { EChartsCoreOption } from 'echarts/core';
import { formatTick } from '../ui/format.ts';
import { baseOptions, chartTooltip, xAxis, yAxis } from './options.ts';
import type { ChartTheme } from './theme.ts';

export interface UnitSquare {
  /** What the axes say, in words. */
  x: string;
  y: string;
  /** A dashed line from corner to corner, from a level to itself, or none. */
  reference: 'diagonal' | 'none' | number;
  series: (theme: ChartTheme) => Record<string, unknown>[];
  tooltip: Record<string, unknown>;
}

/** A chart both of whose axes go from 0 to 1: curves of shares, whose honest frame is the whole square. */
export function unitSquare(theme: ChartTheme, { x, y, reference, series, tooltip }: UnitSquare): EChartsCoreOption {
  const range = {
    type: 'value',
    min: 0,
    max: 1,
    interval: 0.25,
    axisLabel: { formatter: formatTick },
  };
  return {
    ...baseOptions(theme),
    grid: { left: 40, right: 16, top: 26, bottom: 40 },
    tooltip: chartTooltip(theme, tooltip),
    xAxis: xAxis(theme, { ...range, name: x }),
    yAxis: yAxis(theme, { ...range, ...axisTitle(theme, y) }),
    series: [...(reference === 'none' ? [] : [referenceLine(theme, reference)]), ...series(theme)],
  };
}

/** The name of an upright axis above it, where it does not have to be read sideways. */
export function axisTitle(theme: ChartTheme, name: string): Record<string, unknown> {
  return {
    name,
    nameLocation: 'end',
    nameGap: 10,
    nameTextStyle: { color: theme.textSecond, fontSize: 11, align: 'left', padding: [0, 0, 0, -32] },
  };
}

function referenceLine(theme: ChartTheme, reference: 'diagonal' | number): Record<string, unknown> {
  const [from, to] = reference === 'diagonal' ? [0, 1] : [reference, reference];
  return dashedLine(theme, [
    [0, from],
    [1, to],
  ]);
}

/** A thin dashed line that answers to no pointer. */
export function dashedLine(theme: ChartTheme, points: readonly (readonly [number, number])[]): Record<string, unknown> {
  return {
    name: 'reference',
    type: 'line',
    data: points,
    showSymbol: false,
    silent: true,
    lineStyle: { color: theme.reference, width: 1, type: 'dashed' },
    tooltip: { show: false },
  };
}
