import type { EChartsCoreOption } from 'echarts/core';
import type { Rehearsal, RehearsedPeriod, RehearsedPolicy } from '../../../engine/contract/retrain-rehearsal.ts';
import { bandsOf } from '../../charts/band.ts';
import type { ChartData } from '../../charts/chart-data.ts';
import { baseOptions, chartTooltip, fittedYAxis, tooltipLines, xAxis } from '../../charts/options.ts';
import type { ChartTheme } from '../../charts/theme.ts';
import { formatMetric } from '../../ui/figure-words.ts';
import { formatCount } from '../../ui/format.ts';
import { isShare } from '../../ui/words.ts';
import { periodName } from './rehearsal-time.ts';
import { policyTitle } from './rehearsal-words.ts';

/** At most so many lines are read beside each other. */
const mostLines = 6;
/** Champion and challenger own green and violet. */
const others = ['orange', 'ochre', 'magenta', 'textThird', 'text'] as const;

/** The policies that have a line: untouched and the best first, so that they are never left out. */
export function drawnPolicies({ policies, best }: Rehearsal): RehearsedPolicy[] {
  const first = policies.filter(({ policy }) => policy === best || policy === 'never');
  return [...first, ...policies.filter((one) => !first.includes(one))].slice(0, mostLines);
}

/** The best policy is blue, what is not touched grey. */
export function colourOf(rehearsal: Rehearsal, policy: RehearsedPolicy['policy']): keyof ChartTheme {
  if (policy === rehearsal.best) return 'blue';
  if (policy === 'never') return 'reference';
  const rest = drawnPolicies(rehearsal).filter((one) => one.policy !== rehearsal.best && one.policy !== 'never');
  return others[rest.findIndex((one) => one.policy === policy)] ?? 'textThird';
}

/** What the lines and marks are, in CSS colours. */
export function rehearsalLegend(rehearsal: Rehearsal): { name: string; colour: string; dashed?: boolean }[] {
  const colours: Partial<Record<keyof ChartTheme, string>> = {
    blue: 'var(--data-blue)',
    reference: 'var(--reference)',
    orange: 'var(--data-orange)',
    ochre: 'var(--data-ochre)',
    magenta: 'var(--data-magenta)',
    text: 'var(--text)',
  };
  const lines = drawnPolicies(rehearsal).map(({ policy }) => ({
    name: policyTitle(policy),
    colour: colours[colourOf(rehearsal, policy)] ?? 'var(--text-third)',
  }));
  const hasBaseline = drawnBaseline(rehearsal).some((value) => value !== null);
  return hasBaseline ? [...lines, { name: 'Baseline', colour: 'var(--reference)', dashed: true }] : lines;
}

/** Quality over time, a line a policy, with the baseline; alerts and promotions of the best one are marks on its line. */
export function rehearsalOptions(rehearsal: Rehearsal, theme: ChartTheme): EChartsCoreOption {
  const { period, best } = rehearsal;
  const drawn = drawnPolicies(rehearsal);
  const names = drawn[0]?.periods.map(({ from }) => periodName(from, period)) ?? [];
  const bestOne = drawn.find(({ policy }) => policy === best);
  const shown = shownValue(rehearsal);
  const values = drawnValues(rehearsal);
  const line = drawnBaseline(rehearsal);
  const ends = (bestOne?.periods ?? []).flatMap(({ interval }) => (interval ?? []).map(shown));
  return {
    ...baseOptions(theme),
    grid: { left: 46, right: 20, top: 20, bottom: 28 },
    tooltip: chartTooltip(theme, {
      formatter: (hits: { dataIndex: number }[]) => tooltipOf(rehearsal, drawn, hits[0]?.dataIndex ?? 0),
    }),
    xAxis: xAxis(theme, { type: 'category', data: names, boundaryGap: false }),
    yAxis: fittedYAxis(
      theme,
      [...values, ...line, ...ends].filter((value) => value !== null),
    ),
    series: [
      ...(bestOne ? bandsOf(bandPlaces(bestOne.periods, shown), theme.blue) : []),
      {
        name: 'Baseline',
        type: 'line',
        data: line,
        symbol: 'none',
        lineStyle: { color: theme.reference, width: 1.5, type: 'dashed' },
      },
      ...drawn.map(({ policy, periods }) => ({
        name: policyTitle(policy),
        type: 'line',
        data: periods.map(({ value }) => shown(value)),
        symbol: 'none',
        z: policy === best ? 4 : 3,
        lineStyle: { color: theme[colourOf(rehearsal, policy)], width: policy === best ? 2 : 1.5 },
        itemStyle: { color: theme[colourOf(rehearsal, policy)] },
      })),
      ...(bestOne ? marksOf(bestOne.periods, shown, theme) : []),
    ],
  };
}

/** The same as a table. */
export function rehearsalData({ policies, period, baseline }: Rehearsal): ChartData {
  const periods = policies[0]?.periods ?? [];
  return {
    columns: [
      'period',
      'rows',
      'baseline',
      ...policies.flatMap(({ policy }) => [policy, `version, ${policy}`, `alerts, ${policy}`]),
    ],
    rows: periods.map(({ from, rows }, index) => [
      periodName(from, period),
      rows,
      baseline.values[index] ?? null,
      ...policies.flatMap((policy) => {
        const own = policy.periods[index];
        return [own?.value ?? null, own?.version ?? null, own?.alerts.length ?? 0];
      }),
    ]),
  };
}

/** A stretch in which hardly anything varies has an R² far below 0, beside which all others would look alike. */
export function shownValue({ metric }: Rehearsal): (value: number | null) => number | null {
  return (value) => (value !== null && isShare(metric.name) ? Math.max(-1, value) : value);
}

function drawnValues(rehearsal: Rehearsal): number[] {
  const values = drawnPolicies(rehearsal).flatMap(({ periods }) => periods.map(({ value }) => value));
  return values.map(shownValue(rehearsal)).filter((value) => value !== null);
}

/** Empty where it lies far below all lines, which it would press together. */
function drawnBaseline(rehearsal: Rehearsal): (number | null)[] {
  const isInReach = baselineInReach(rehearsal, drawnValues(rehearsal));
  return isInReach ? rehearsal.baseline.values.map(shownValue(rehearsal)) : [];
}

function baselineInReach({ baseline }: Rehearsal, values: readonly number[]): boolean {
  const known = baseline.values.filter((value) => value !== null);
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  const reach = highest - lowest;
  return known.every((value) => value > lowest - reach && value < highest + reach);
}

/** The 95 % intervals of periods, for `bandsOf`. */
export function bandPlaces(periods: readonly RehearsedPeriod[], shown: (value: number | null) => number | null) {
  return periods.map(({ interval }, x) => ({
    x,
    low: shown(interval?.[0] ?? null),
    high: shown(interval?.[1] ?? null),
  }));
}

/** An alert is a triangle, filled where it was right; a promotion a ring. */
export function marksOf(
  periods: readonly RehearsedPeriod[],
  shown: (value: number | null) => number | null,
  theme: ChartTheme,
): Record<string, unknown>[] {
  const places = (holds: (period: RehearsedPeriod) => boolean) =>
    periods.flatMap((period, index) => (holds(period) ? [[index, shown(period.value)]] : []));
  const isFalse = ({ alerts }: RehearsedPeriod) => alerts.some((alert) => alert.isFalse);
  const mark = { type: 'scatter', silent: true, tooltip: { show: false }, z: 6 };
  return [
    {
      ...mark,
      name: 'Promoted',
      symbol: 'circle',
      symbolSize: 11,
      data: places(({ retrainings }) => retrainings.some(({ outcome }) => outcome === 'promoted')),
      itemStyle: { color: theme.card, borderColor: theme.blue, borderWidth: 2 },
    },
    {
      ...mark,
      name: 'Alert',
      symbol: 'triangle',
      symbolSize: 9,
      symbolOffset: [0, -13],
      data: places((period) => period.alerts.length > 0 && !isFalse(period)),
      itemStyle: { color: theme.bad },
    },
    {
      ...mark,
      name: 'False alert',
      symbol: 'triangle',
      symbolSize: 9,
      symbolOffset: [0, -13],
      data: places(isFalse),
      itemStyle: { color: theme.card, borderColor: theme.bad, borderWidth: 1.5 },
    },
  ];
}

function tooltipOf(rehearsal: Rehearsal, drawn: readonly RehearsedPolicy[], index: number): HTMLElement {
  const { metric, period, best, baseline } = rehearsal;
  const first = drawn[0]?.periods[index];
  const own = drawn.find(({ policy }) => policy === best)?.periods[index];
  const happened = [
    ...(own?.alerts.map(
      ({ title, isFalse, because }) => [isFalse ? 'False alert' : 'Alert', `${title}; ${because}`] as const,
    ) ?? []),
    ...(own?.retrainings
      .filter(({ outcome }) => outcome !== 'unchanged')
      .map(({ outcome, reason }) => [`Retrained, ${outcome}`, reason] as const) ?? []),
  ];
  return tooltipLines(`${periodName(first?.from ?? '', period)}, ${formatCount(first?.rows ?? 0)} rows`, [
    ...drawn.map(({ policy, periods }) => {
      const { value, version } = periods[index] ?? { value: null, version: 0 };
      return [policyTitle(policy), `${formatMetric(metric.name, value)}, version ${version}`] as const;
    }),
    ['Baseline', formatMetric(metric.name, baseline.values[index] ?? null)],
    ...happened,
  ]);
}
