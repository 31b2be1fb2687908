import { count } from '../base/words.ts';
import type { WindowComparison } from '../contract/monitor-compare.ts';
import type { FairnessOverTime } from '../contract/monitor-fairness-over-time.ts';
import { type FairnessReport, fairnessDifferences } from '../contract/train-fairness.ts';
import { type Command, type Flags, given, numberFlag, parseTime, usageError } from './command.ts';
import { estimateText, sliceLines } from './monitor-performance-commands.ts';
import { table } from './table.ts';
import { windowFlags, windowInput, windowUsage } from './window-flags.ts';

const text = { type: 'string' } as const;

function groupLines(title: string, report: FairnessReport): string[] {
  const figures = [...new Set(report.groups.flatMap(({ figures }) => Object.keys(figures)))];
  return [
    '',
    `${title}: ${report.says}`,
    ...table(
      [report.by, 'rows', ...figures.map((name) => name.replaceAll('_', ' '))],
      report.groups.map(({ group, n, tooSmall, figures: own }) => [
        group,
        n,
        ...(tooSmall ? ['too few rows'] : figures.map((name) => estimateText(own[name]))),
      ]),
    ),
    ...Object.entries(report.differences).map(
      ([name, estimate]) => `${name.replaceAll('_', ' ')} ${estimateText(estimate) ?? 'undefined'}`,
    ),
  ];
}

function fairnessLines({ columns, reference, whole, windows, says }: FairnessOverTime): string[] {
  const shown = whole ?? reference;
  const names = Object.keys(shown?.differences ?? {});
  const [first = fairnessDifferences[0], second = fairnessDifferences[2]] = names.filter((name) =>
    /parity_difference|odds_difference|mean_error_difference|mae_difference/.test(name),
  );
  return [
    ...(says === null ? [] : [says, `Inputs that can be named: ${columns.join(', ')}.`]),
    ...(whole ? groupLines('All windows', whole) : []),
    ...(reference ? groupLines('Holdout', reference) : []),
    ...(windows.length === 0
      ? []
      : [
          '',
          ...table(
            ['window', 'labelled', first.replaceAll('_', ' '), second.replaceAll('_', ' ')],
            windows.map(({ from, rows, report }) => [
              from.slice(0, 10),
              rows,
              estimateText(report?.differences[first]),
              estimateText(report?.differences[second]),
            ]),
          ),
        ]),
  ];
}

function comparisonLines({ reference, current, metric, columns, slices, says }: WindowComparison): string[] {
  const side = ({ label, rows, labelled, metric: value }: WindowComparison['current']) =>
    `${label}: ${count(rows, 'row')}, ${count(labelled, 'label')}, ${metric.name} ${estimateText(value) ?? 'unknown'}`;
  return [
    says,
    side(reference),
    side(current),
    '',
    ...table(
      ['column', 'test', 'score', 'threshold', 'verdict'],
      columns.map((column) => [column.name, column.test, column.score, column.threshold, column.verdict]),
    ),
    '',
    ...sliceLines(slices, metric.name, 'reference'),
  ];
}

/** `2015-01-01..2015-04-01`. */
function rangeFlag(flags: Flags, name: string): { since: string; until: string } | undefined {
  if (flags[name] === undefined) return undefined;
  const [since, until, ...more] = String(flags[name]).split('..');
  if (!since || !until || more.length > 0) {
    throw usageError(`--${name} takes two times with two dots between them, such as 2015-01-01..2015-04-01.`);
  }
  return { since: parseTime(since, name), until: parseTime(until, name) };
}

export const monitorWindowCommands: Command[] = [
  {
    words: 'monitor fairness-over-time',
    usage: `D [--by COL|A+B] ${windowUsage} [--favourable V] [--minimum 10]`,
    summary: 'How a deployment treated groups of people over time, by the definitions of Fairlearn.',
    example: 'galley monitor fairness-over-time credit --by sex --favourable yes --window quarter',
    flags: { ...windowFlags, by: text, favourable: text, minimum: text },
    positionals: { minimum: 1, maximum: 1 },
    call: 'monitor.fairnessOverTime',
    input: ([deployment], flags) =>
      given({
        deployment,
        by: flags.by,
        ...windowInput(flags),
        favourable: flags.favourable,
        minimum: numberFlag(flags, 'minimum'),
      }),
    print: fairnessLines,
  },
  {
    words: 'monitor compare',
    usage: 'D --current FROM..UNTIL [--reference FROM..UNTIL]',
    summary: 'Two windows side by side, or one and the reference: what moved, and which slice lost what.',
    example: 'galley monitor compare price --reference 2015-01-01..2015-04-01 --current 2016-01-01..2016-04-01',
    flags: { current: text, reference: text },
    positionals: { minimum: 1, maximum: 1 },
    call: 'monitor.compare',
    input: ([deployment], flags) => {
      const current = rangeFlag(flags, 'current');
      if (!current) throw usageError('monitor compare needs --current FROM..UNTIL.');
      return given({ deployment, current, reference: rangeFlag(flags, 'reference') });
    },
    print: comparisonLines,
  },
];
