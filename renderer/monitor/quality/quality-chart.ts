import type { EChartsCoreOption } from 'echarts/core';
import type { DeploymentQuality } from '../../../engine/contract/monitor-quality.ts';
import type { ChartData } from '../../charts/chart-data.ts';
import { baseOptions, chartTooltip, tooltipLines, yAxis } from '../../charts/options.ts';
import type { ChartTheme } from '../../charts/theme.ts';
import { formatCount, formatPercent } from '../../ui/format.ts';
import { timeAxis, windowTitle } from '../time-axis.ts';

type Window = DeploymentQuality['windows'][number];

export const remarks = [
  { name: 'missing', colour: 'blue', of: ({ missing }: Window) => missing },
  { name: 'unseen', colour: 'orange', of: ({ unseen }: Window) => unseen },
  { name: 'out of range', colour: 'violet', of: ({ outOfRange }: Window) => outOfRange },
] as const;

/** Shares of all values of each window; null where a window has no rows. */
export function remarkShares({ windows, columns }: Pick<DeploymentQuality, 'windows' | 'columns'>) {
  return windows.map((window) => {
    const values = window.rows * columns.length;
    return remarks.map(({ of }) => (values === 0 ? null : of(window) / values));
  });
}

export function qualityOption(theme: ChartTheme, quality: DeploymentQuality): EChartsCoreOption {
  const { windows } = quality;
  const axis = timeAxis(windows);
  const shares = remarkShares(quality);
  return {
    ...baseOptions(theme),
    grid: { left: 52, right: 10, top: 10, bottom: 26 },
    tooltip: chartTooltip(theme, {
      formatter: (hits: { dataIndex: number }[]) => {
        const index = hits[0]?.dataIndex ?? -1;
        const lines = remarks.map(({ name }, at): [string, string] => [name, formatPercent(shares[index]?.[at])]);
        return tooltipLines(windowTitle(windows[index]), [...lines, ['rows', formatCount(windows[index]?.rows ?? 0)]]);
      },
    }),
    xAxis: axis.option(theme),
    yAxis: yAxis(theme, {
      type: 'value',
      min: 0,
      splitNumber: 3,
      axisLabel: { formatter: (value: number) => formatPercent(value) },
    }),
    series: remarks.map(({ name, colour }, at) => ({
      type: 'line',
      name,
      data: windows.map((window, index) => [axis.middle(window), shares[index]?.[at] ?? null]),
      showSymbol: windows.length < 40,
      symbolSize: 5,
      lineStyle: { color: theme[colour], width: 1.75 },
      itemStyle: { color: theme[colour] },
    })),
  };
}

export function qualityTable({ windows }: Pick<DeploymentQuality, 'windows'>): ChartData {
  return {
    columns: ['from', 'to', 'rows', 'flagged', ...remarks.map(({ name }) => name)],
    rows: windows.map((window) => [
      window.from,
      window.to,
      window.rows,
      window.flagged,
      ...remarks.map(({ of }) => of(window)),
    ]),
  };
}
