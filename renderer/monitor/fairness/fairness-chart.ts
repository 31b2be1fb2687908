import type { EChartsCoreOption } from 'echarts/core';
import type { FairnessOverTime } from '../../../engine/contract/monitor-fairness-over-time.ts';
import type { FairnessReport } from '../../../engine/contract/train-fairness.ts';
import { bandsOf } from '../../charts/band.ts';
import type { ChartData } from '../../charts/chart-data.ts';
import { levelLine } from '../../charts/level-line.ts';
import { baseOptions, chartTooltip, fittedYAxis, tooltipLines } from '../../charts/options.ts';
import type { ChartTheme } from '../../charts/theme.ts';
import { figureTitle, formatFigure, rangeWords } from '../../ui/figure-words.ts';
import { formatNumber } from '../../ui/format.ts';
import { timeAxis, windowTitle } from '../time-axis.ts';

type Windows = FairnessOverTime['windows'];

/** The groups that have a figure in some window, the largest first; at most six are drawn. */
export function drawnGroups(windows: Windows, figure: string): string[] {
  const rows = new Map<string, number>();
  for (const { report } of windows)
    for (const group of report?.groups ?? [])
      if (group.figures[figure]?.value != null) rows.set(group.group, (rows.get(group.group) ?? 0) + group.n);
  return [...rows].toSorted((a, b) => b[1] - a[1]).map(([group]) => group);
}

export const mostGroups = 6;
/** Of a window without neighbours a line shows nothing, so that points stand where they do not crowd. */
const readablePoints = 40;
const colours = ['blue', 'orange', 'ochre', 'magenta', 'reference', 'textSecond'] as const;

function figureOf(report: FairnessReport | null, group: string, figure: string) {
  const known = report?.groups.find((one) => one.group === group)?.figures[figure];
  return known ?? { value: null, low: null, high: null };
}

/** A figure of each group over time. */
export function groupOptions(theme: ChartTheme, windows: Windows, figure: string): EChartsCoreOption {
  const axis = timeAxis(windows);
  const groups = drawnGroups(windows, figure).slice(0, mostGroups);
  const values = groups.flatMap((group) =>
    windows.flatMap(({ report }) => figureOf(report, group, figure).value ?? []),
  );
  return {
    ...baseOptions(theme),
    grid: { left: 44, right: 12, top: 12, bottom: 28 },
    tooltip: chartTooltip(theme, {
      formatter: (hits: { dataIndex: number }[]) => {
        const window = windows[hits[0]?.dataIndex ?? -1];
        return tooltipLines(
          windowTitle(window),
          groups.map((group) => {
            const known = figureOf(window?.report ?? null, group, figure);
            const range = rangeWords(known, (value) => formatFigure(figure, value));
            return [group, `${formatFigure(figure, known.value)}${range ? ` (${range})` : ''}`] as const;
          }),
        );
      },
    }),
    xAxis: axis.option(theme),
    yAxis: fittedYAxis(theme, [0, ...values]),
    series: groups.map((group, index) => ({
      name: group,
      type: 'line',
      data: windows.map((window) => [axis.middle(window), figureOf(window.report, group, figure).value]),
      showSymbol: windows.length <= readablePoints,
      symbol: 'circle',
      symbolSize: 5,
      lineStyle: { color: theme[colours[index] ?? 'reference'], width: 1.75 },
      itemStyle: { color: theme[colours[index] ?? 'reference'] },
    })),
  };
}

export function groupTable(windows: Windows, figure: string): ChartData {
  const groups = drawnGroups(windows, figure);
  return {
    columns: ['from', 'to', 'rows', ...groups.flatMap((group) => [group, `${group} low`, `${group} high`])],
    rows: windows.map((window) => [
      window.from,
      window.to,
      window.rows,
      ...groups.flatMap((group) => {
        const { value, low, high } = figureOf(window.report, group, figure);
        return [value, low, high];
      }),
    ]),
  };
}

/** The legend's colours, as CSS. */
export function groupLegend(windows: Windows, figure: string): { name: string; colour: string }[] {
  const names = ['--data-blue', '--data-orange', '--data-ochre', '--data-magenta', '--reference', '--text-second'];
  return drawnGroups(windows, figure)
    .slice(0, mostGroups)
    .map((name, index) => ({ name, colour: `var(${names[index]})` }));
}

/** A difference between the groups over time with its interval, beside that of the holdout. */
export function differenceOptions(
  theme: ChartTheme,
  windows: Windows,
  name: string,
  trained: number | null | undefined,
): EChartsCoreOption {
  const axis = timeAxis(windows);
  const of = (window: Windows[number]) => window.report?.differences[name] ?? { value: null, low: null, high: null };
  const bands = bandsOf(
    windows.map((window) => ({ x: axis.middle(window), ...of(window) })),
    theme.blue,
  );
  const values = windows.flatMap((window) => {
    const { value, low, high } = of(window);
    return [value, low, high].filter((one) => one !== null);
  });
  return {
    ...baseOptions(theme),
    grid: { left: 44, right: 12, top: 12, bottom: 28 },
    tooltip: chartTooltip(theme, {
      formatter: (hits: { seriesName: string; dataIndex: number }[]) => {
        const window = windows[hits.find((hit) => hit.seriesName !== 'band')?.dataIndex ?? -1];
        const known = window ? of(window) : { value: null, low: null, high: null };
        const range = rangeWords(known, (value) => formatNumber(value, 2));
        return tooltipLines(windowTitle(window), [
          [figureTitle(name), `${formatNumber(known.value, 2)}${range ? ` (${range})` : ''}`],
        ]);
      },
    }),
    xAxis: axis.option(theme),
    yAxis: fittedYAxis(theme, [0, ...values, ...(trained === null || trained === undefined ? [] : [trained])]),
    series: [
      ...bands,
      {
        name: figureTitle(name),
        type: 'line',
        data: windows.map((window) => [axis.middle(window), of(window).value]),
        showSymbol: windows.length <= readablePoints,
        symbol: 'circle',
        symbolSize: 5,
        lineStyle: { color: theme.blue, width: 2 },
        itemStyle: { color: theme.blue },
        markLine: {
          silent: true,
          symbol: 'none',
          data: levelLine(theme, { value: trained, text: 'at training', colour: theme.reference, type: 'dashed' }),
        },
      },
    ],
  };
}

export function differenceTable(windows: Windows, name: string): ChartData {
  return {
    columns: ['from', 'to', 'rows', name, 'low', 'high'],
    rows: windows.map(({ from, to, rows, report }) => {
      const known = report?.differences[name];
      return [from, to, rows, known?.value ?? null, known?.low ?? null, known?.high ?? null];
    }),
  };
}
