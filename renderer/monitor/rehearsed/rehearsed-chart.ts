import type { EChartsCoreOption } from 'echarts/core';
import type { Rehearsal, RehearsedPeriod, RehearsedPolicy } from '../../../engine/contract/retrain-rehearsal.ts';
import { bandsOf } from '../../charts/band.ts';
import type { ChartData } from '../../charts/chart-data.ts';
import { levelLine } from '../../charts/level-line.ts';
import { baseOptions, chartTooltip, fittedYAxis, tooltipLines, xAxis, yAxis } from '../../charts/options.ts';
import type { ChartTheme } from '../../charts/theme.ts';
import { bandPlaces, marksOf, shownValue } from '../../retrain/rehearsal/rehearsal-chart.ts';
import { periodName } from '../../retrain/rehearsal/rehearsal-time.ts';
import { formatMetric } from '../../ui/figure-words.ts';
import { formatCount, formatPercent } from '../../ui/format.ts';
import { metricTitle } from '../../ui/words.ts';

/** The policy that was taken over, else the one that the rehearsal calls the best. */
export function followedPolicy({ policies, adopted, best }: Rehearsal): RehearsedPolicy | undefined {
  return policies.find(({ policy }) => policy === (adopted?.policy ?? best));
}

/** What the monitor saw of a policy: above the metric with its limit, alerts and new versions, below the share of drifted columns. */
export function rehearsedOptions(
  rehearsal: Rehearsal,
  periods: readonly RehearsedPeriod[],
  theme: ChartTheme,
): EChartsCoreOption {
  const names = periods.map(({ from }) => periodName(from, rehearsal.period));
  const shown = shownValue(rehearsal);
  const values = periods.flatMap(({ value, limit, interval }) => [
    shown(value),
    shown(limit),
    ...(interval ?? []).map(shown),
  ]);
  const upper = { xAxisIndex: 0, yAxisIndex: 0 };
  return {
    ...baseOptions(theme),
    grid: [
      { left: 46, right: 20, top: 20, height: 150 },
      { left: 46, right: 20, top: 204, height: 48 },
    ],
    axisPointer: { link: [{ xAxisIndex: 'all' }] },
    tooltip: chartTooltip(theme, {
      formatter: (hits: { dataIndex: number }[]) => tooltipOf(rehearsal, periods[hits[0]?.dataIndex ?? 0]),
    }),
    xAxis: [
      xAxis(theme, { type: 'category', data: names, axisLabel: { show: false } }),
      xAxis(theme, { type: 'category', data: names, gridIndex: 1 }),
    ],
    yAxis: [
      fittedYAxis(
        theme,
        values.filter((value) => value !== null),
        {
          name: metricTitle(rehearsal.metric.name),
          nameTextStyle: { color: theme.textSecond, align: 'left' },
          nameGap: 8,
        },
      ),
      yAxis(theme, {
        type: 'value',
        gridIndex: 1,
        min: 0,
        max: 1,
        interval: 0.5,
        axisLabel: { formatter: (share: number) => `${100 * share} %` },
      }),
    ],
    series: [
      ...bandsOf(bandPlaces(periods, shown), theme.blue).map((band) => ({ ...band, ...upper })),
      {
        ...upper,
        name: 'Limit',
        type: 'line',
        step: 'middle',
        symbol: 'none',
        data: periods.map(({ limit }) => shown(limit)),
        lineStyle: { color: theme.bad, width: 1.25, type: 'dotted' },
      },
      {
        ...upper,
        name: 'Metric',
        type: 'line',
        symbol: 'none',
        z: 4,
        data: periods.map(({ value }) => shown(value)),
        lineStyle: { color: theme.blue, width: 2 },
        itemStyle: { color: theme.blue },
      },
      ...marksOf(periods, shown, theme).map((mark) => ({ ...mark, ...upper })),
      {
        xAxisIndex: 1,
        yAxisIndex: 1,
        name: 'Drifted columns',
        type: 'bar',
        barMaxWidth: 18,
        data: periods.map(({ drift }) => drift),
        itemStyle: { color: theme.ochre },
        markLine: {
          silent: true,
          symbol: 'none',
          data: levelLine(theme, { value: rehearsal.limits.driftShare, text: '', colour: theme.bad, type: 'dotted' }),
        },
      },
    ],
  };
}

/** The same as a table. */
export function rehearsedData({ period, metric }: Rehearsal, periods: readonly RehearsedPeriod[]): ChartData {
  return {
    columns: ['period', 'rows', 'version', metric.name, 'low', 'high', 'limit', 'drifted columns', 'alerts'],
    rows: periods.map(({ from, rows, version, value, interval, limit, drift, alerts }) => [
      periodName(from, period),
      rows,
      version,
      value,
      interval?.[0] ?? null,
      interval?.[1] ?? null,
      limit,
      drift,
      alerts.length,
    ]),
  };
}

function tooltipOf({ metric, period }: Rehearsal, shown: RehearsedPeriod | undefined): HTMLElement {
  if (!shown) return tooltipLines('', []);
  const { from, rows, version, value, limit, drift, alerts } = shown;
  return tooltipLines(`${periodName(from, period)}, ${formatCount(rows)} rows`, [
    [metricTitle(metric.name), `${formatMetric(metric.name, value)}, version ${version}`],
    ['Limit', formatMetric(metric.name, limit)],
    ['Drifted columns', drift === null ? 'too few rows' : formatPercent(drift)],
    ...alerts.map(
      ({ title, isFalse, because }) => [isFalse ? 'False alert' : 'Alert', `${title}; ${because}`] as const,
    ),
  ]);
}
