import type { EChartsCoreOption } from 'echarts/core';
import { niceAxis, tickFormat } from './scale.ts';
import type { ChartTheme } from './theme.ts';

/** The parts that all charts share: grid, axes and tooltip in the looks of the tokens. */
export function baseOptions(theme: ChartTheme): EChartsCoreOption {
  return {
    animation: false,
    textStyle: { fontFamily: theme.font, fontSize: 11, color: theme.textSecond },
    grid: { left: 8, right: 16, top: 12, bottom: 8, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    tooltip: chartTooltip(theme),
  };
}

export function chartTooltip(theme: ChartTheme, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    trigger: 'axis',
    confine: true,
    transitionDuration: 0,
    backgroundColor: theme.card,
    borderColor: theme.lineStrong,
    borderWidth: 1,
    padding: [8, 10],
    textStyle: { color: theme.text, fontFamily: theme.font, fontSize: 12 },
    axisPointer: { type: 'line', lineStyle: { color: theme.lineStrong, width: 1, type: 'solid' } },
    ...more,
  };
}

/** Only x has a line, only y has a grid. */
export function xAxis(theme: ChartTheme, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    axisLine: { show: true, onZero: false, lineStyle: { color: theme.lineStrong } },
    axisTick: { show: false },
    splitLine: { show: false },
    nameLocation: 'middle',
    nameGap: 26,
    nameTextStyle: { color: theme.textSecond, fontSize: 11 },
    ...more,
    axisLabel: { color: theme.textSecond, fontSize: 11, hideOverlap: true, margin: 8, ...(more.axisLabel as object) },
  };
}

export function yAxis(theme: ChartTheme, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    axisLine: { show: false, onZero: false },
    axisTick: { show: false },
    splitLine: { show: true, lineStyle: { color: theme.grid } },
    splitNumber: 4,
    ...more,
    axisLabel: { color: theme.textSecond, fontSize: 11, margin: 10, ...(more.axisLabel as object) },
  };
}

/** An upright axis that begins and ends at round numbers around the values, not at zero. */
export function fittedYAxis(
  theme: ChartTheme,
  values: readonly number[],
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  const { minimum, maximum, ticks } = niceAxis(values);
  return yAxis(theme, {
    type: 'value',
    min: minimum,
    max: maximum,
    interval: Number(((ticks[1] ?? maximum) - (ticks[0] ?? minimum)).toPrecision(6)),
    axisLabel: { formatter: tickFormat(ticks) },
    ...more,
  });
}

/** Lines of a tooltip as an element: ECharts' own HTML carries inline styles, which the content policy refuses. */
export function tooltipLines(title: string, lines: readonly (readonly [name: string, value: string])[]): HTMLElement {
  const box = document.createElement('div');
  box.className = 'chart-tooltip';
  const head = document.createElement('b');
  head.textContent = title;
  box.append(head);
  for (const [name, value] of lines) {
    const line = document.createElement('div');
    const label = document.createElement('span');
    label.textContent = name;
    const number = document.createElement('span');
    number.textContent = value;
    line.append(label, number);
    box.append(line);
  }
  return box;
}
