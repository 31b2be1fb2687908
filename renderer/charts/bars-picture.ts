import type { EChartsCoreOption } from 'echarts/core';
import { baseOptions, xAxis, yAxis } from './options.ts';
import type { ChartTheme } from './theme.ts';

/** Bars with their names at the left and values at the right, as a drawing: for the files of charts that are lists. */
export function barsOption(
  theme: ChartTheme,
  bars: readonly { name: string; value: number }[],
  format: (value: number) => string,
): EChartsCoreOption {
  return {
    ...baseOptions(theme),
    grid: { left: 12, right: 60, top: 12, bottom: 12, containLabel: true },
    xAxis: xAxis(theme, { type: 'value', show: false, min: 0 }),
    yAxis: yAxis(theme, {
      type: 'category',
      inverse: true,
      data: bars.map((bar) => bar.name),
      splitLine: { show: false },
      axisLabel: { color: theme.text, fontSize: 12 },
    }),
    series: [
      {
        type: 'bar',
        data: bars.map((bar) => bar.value),
        barWidth: 10,
        itemStyle: { color: theme.blue, borderRadius: 2 },
        label: {
          show: true,
          position: 'right',
          color: theme.text,
          formatter: ({ value }: { value: number }) => format(value),
        },
      },
    ],
  };
}

/** Height that so many bars take in a picture. */
export function barsHeight(count: number): number {
  return 28 * Math.max(1, count) + 24;
}
