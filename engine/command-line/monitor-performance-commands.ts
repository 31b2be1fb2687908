import { count } from '../base/words.ts';
import type { DeploymentPerformance, PerformanceSlice } from '../contract/monitor-performance.ts';
import { removedWords } from '../contract/monitor-removed.ts';
import type { Estimate } from '../contract/train-estimates.ts';
import { type Command, given, listFlag } from './command.ts';
import { formatNumber, table } from './table.ts';
import { windowFlags, windowInput, windowUsage } from './window-flags.ts';

/** `0.87 (0.81 to 0.92)`. */
export function estimateText(estimate: Estimate | null | undefined): string | null {
  if (!estimate || estimate.value === null) return null;
  const { value, low, high } = estimate;
  return low === null || high === null
    ? formatNumber(value)
    : `${formatNumber(value)} (${formatNumber(low)} to ${formatNumber(high)})`;
}

/** What lost most, first. */
export function sliceLines(slices: readonly PerformanceSlice[], metric: string, reference: string): string[] {
  if (slices.length === 0) return [];
  return table(
    ['column', 'slice', 'rows', 'labelled', metric, reference, 'lost'],
    slices.map((slice) => [
      slice.column,
      slice.slice,
      slice.rows,
      slice.labelled,
      estimateText(slice.value),
      slice.reference,
      slice.lost,
    ]),
  );
}

function performanceLines(performance: DeploymentPerformance): string[] {
  const { changes, estimate, metric, reference, removed, slices, whole, windows } = performance;
  if (whole === null) return ['No rows.'];
  const { name } = metric;
  const holdout = reference[name] ?? null;
  return [
    `${count(whole.rows, 'row')}, ${whole.labelled.toLocaleString('en-US')} labelled; ${name} on the holdout ${holdout === null ? 'undefined' : formatNumber(holdout)}.`,
    estimate.says,
    ...(removed ? [`${removedWords(removed)}: slices, changes and estimates are of the others.`] : []),
    '',
    ...table(
      ['metric', 'realised', 'estimated', 'holdout'],
      Object.keys(reference).map((each) => [
        each,
        estimateText(whole.realised?.[each]),
        estimateText(whole.estimated?.[each]),
        reference[each],
      ]),
    ),
    '',
    ...table(
      ['window', 'rows', 'labelled', name, 'estimated'],
      windows.map((window) => [
        window.from.replace(/:00\.000Z$/, '').replace('T00:00', ''),
        window.rows,
        window.labelled,
        estimateText(window.realised?.[name]),
        estimateText(window.estimated?.[name]),
      ]),
    ),
    ...changes.map(({ detector, at, before, after }) => {
      const means = before === null || after === null ? '' : `, from ${formatNumber(before)} to ${formatNumber(after)}`;
      return `The errors changed at ${at} (${detector.replaceAll('_', ' ')})${means}.`;
    }),
    '',
    ...sliceLines(slices, name, 'holdout'),
  ];
}

export const monitorPerformanceCommands: Command[] = [
  {
    words: 'monitor performance',
    usage: `D ${windowUsage} [--by COL[,COL…]]`,
    summary: 'How well a deployment answered over time: realised, estimated before labels come, by slice.',
    example: 'galley monitor performance price --since 2025-01-01 --window month --by region',
    flags: { ...windowFlags, by: { type: 'string', multiple: true } },
    positionals: { minimum: 1, maximum: 1 },
    call: 'monitor.performance',
    input: ([deployment], flags) => given({ deployment, ...windowInput(flags), by: listFlag(flags, 'by') }),
    print: performanceLines,
  },
];
