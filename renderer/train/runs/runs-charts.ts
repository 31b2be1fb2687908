import type { ECharts, EChartsCoreOption } from 'echarts/core';
import type { RunValue } from '../../../engine/contract/train-tracking.ts';
import { baseOptions, chartTooltip, tooltipLines, xAxis, yAxis } from '../../charts/options.ts';
import { type ChartTheme, learnerToken } from '../../charts/theme.ts';
import { formatDay, formatTick } from '../../ui/format.ts';
import { type Axis, onAxis } from './chart-axes.ts';
import { showValue } from './run-fields.ts';

/** What a chart draws of the selected runs, column by column. */
export interface DrawnRuns {
  ids: readonly string[];
  numbers: readonly number[];
  learners: readonly string[];
  axes: readonly Axis[];
  columns: readonly (readonly RunValue[])[];
}

export function scatterOptions(
  { ids, numbers, learners, axes, columns }: DrawnRuns,
  theme: ChartTheme,
): EChartsCoreOption {
  const [across, up] = axes as [Axis, Axis];
  const points = ids.map((_, index) => ({
    value: [onAxis(across, columns[0]?.[index]), onAxis(up, columns[1]?.[index])],
    itemStyle: { color: theme[learnerToken(learners[index] as string)] },
  }));
  const tooltip = (parameters: { dataIndex: number }) => {
    const at = parameters.dataIndex;
    const lines = axes.map(({ field, title }, column): [string, string] => [
      title,
      showValue(field, columns[column]?.[at]),
    ]);
    return tooltipLines(`#${numbers[at]} ${learners[at]}`, lines);
  };
  const base = baseOptions(theme);
  return {
    ...base,
    grid: { ...(base.grid as object), top: 30, bottom: 30 },
    tooltip: chartTooltip(theme, { trigger: 'item', formatter: tooltip }),
    xAxis: xAxis(theme, {
      ...scaleOf(across),
      name: across.title,
      splitLine: { show: true, lineStyle: { color: theme.grid } },
    }),
    yAxis: yAxis(theme, {
      ...scaleOf(up),
      name: up.title,
      nameTextStyle: { align: 'left', color: theme.textSecond, fontSize: 11 },
    }),
    brush: {
      toolbox: [],
      xAxisIndex: 0,
      brushStyle: { color: 'rgba(128, 128, 128, 0.12)', borderColor: theme.lineStrong, borderWidth: 1 },
      outOfBrush: { colorAlpha: 0.25 },
      throttleType: 'debounce',
      throttleDelay: 60,
    },
    series: [{ type: 'scatter', symbolSize: 8, data: points, itemStyle: { opacity: 0.75 } }],
  };
}

export function parallelOptions({ ids, learners, axes, columns }: DrawnRuns, theme: ChartTheme): EChartsCoreOption {
  const opacity = ids.length > 500 ? 0.25 : ids.length > 100 ? 0.45 : 0.7;
  return {
    ...baseOptions(theme),
    tooltip: { show: false },
    parallel: { left: 40, right: 70, top: 32, bottom: 16 },
    parallelAxis: axes.map((axis, dim) => ({
      dim,
      id: axis.field,
      name: axis.title,
      nameTextStyle: { color: theme.textSecond, fontSize: 11, width: 110, overflow: 'truncate' },
      nameGap: 12,
      z: 10,
      ...scaleOf(axis),
      axisLine: { lineStyle: { color: theme.lineStrong } },
      axisTick: { show: false },
      axisLabel: {
        ...(scaleOf(axis).axisLabel as object),
        color: theme.textSecond,
        fontSize: 11,
        textBorderColor: theme.card,
        textBorderWidth: 3,
        width: 90,
        overflow: 'truncate',
      },
      areaSelectStyle: { width: 14, borderWidth: 1, borderColor: theme.accent, color: theme.accent, opacity: 0.2 },
      splitNumber: 4,
    })),
    series: [
      {
        type: 'parallel',
        lineStyle: { width: 1, opacity },
        inactiveOpacity: 0.04,
        activeOpacity: Math.max(0.6, opacity),
        data: ids.map((_, index) => ({
          value: axes.map((axis, dim) => onAxis(axis, columns[dim]?.[index]) ?? Number.NaN),
          lineStyle: { color: theme[learnerToken(learners[index] as string)] },
        })),
      },
    ],
  };
}

/** What ECharts tells when a box was drawn: its sides on both axes; none where it was taken away. */
export interface BrushEnd {
  areas: readonly { coordRange?: readonly (readonly [low: number, high: number])[] }[];
}

/** What ECharts tells when a part of a parallel axis was brushed; no interval where that was taken away. */
export interface AxisBrushed {
  parallelAxisId: string;
  intervals: readonly (readonly [low: number, high: number])[];
}

/** What is brushed in a chart, as the actions that brush it again. */
export class Brush {
  #intervals = new Map<string, AxisBrushed['intervals']>();
  #box: BrushEnd['areas'][number]['coordRange'];

  takeInterval({ parallelAxisId, intervals }: AxisBrushed): void {
    if (intervals.length === 0) this.#intervals.delete(parallelAxisId);
    else this.#intervals.set(parallelAxisId, intervals);
  }

  takeBox(area: BrushEnd['areas'][number] | undefined): void {
    this.#box = area?.coordRange;
  }

  actions(): ({ type: string } & Record<string, unknown>)[] {
    const intervals = [...this.#intervals].map(([parallelAxisId, intervals]) => ({
      type: 'axisAreaSelect',
      parallelAxisId,
      intervals,
    }));
    const area = { brushType: 'rect', coordRange: this.#box, xAxisIndex: 0, yAxisIndex: 0 };
    return [...intervals, ...(this.#box ? [{ type: 'brush', areas: [area] }] : [])];
  }
}

interface ParallelModel {
  getSeriesByIndex(index: number): { getRawIndicesByActiveState(state: string): number[] };
}

/** Places of the runs whose lines pass through what is brushed on the axes; none where nothing is. */
export function touchedLines(chart: ECharts): number[] {
  const model = (chart as unknown as { getModel(): ParallelModel }).getModel();
  return model.getSeriesByIndex(0).getRawIndicesByActiveState('active');
}

/** Places of the runs whose points lie in the box. */
export function touchedPoints(
  area: BrushEnd['areas'][number] | undefined,
  { ids, axes, columns }: DrawnRuns,
): number[] {
  const sides = area?.coordRange;
  if (!sides) return [];
  const isInside = (index: number) =>
    sides.every(([low, high], dim) => {
      const axis = axes[dim] as Axis;
      const value = onAxis(axis, columns[dim]?.[index]);
      const place = typeof value === 'string' ? axis.categories.indexOf(value) : value;
      return place !== null && place >= low && place <= high;
    });
  return [...ids.keys()].filter(isInside);
}

function scaleOf({ kind, categories }: Axis): Record<string, unknown> {
  if (kind === 'category') return { type: 'category', data: categories, scale: true };
  if (kind === 'time')
    return { type: 'time', axisLabel: { formatter: (time: number) => formatDay(new Date(time).toISOString()) } };
  return { type: kind, scale: true, axisLabel: { formatter: (value: number) => formatTick(value) } };
}
