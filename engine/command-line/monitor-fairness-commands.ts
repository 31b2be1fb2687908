import { resolve } from 'node:path';
import { count } from '../base/words.ts';
import type { FairnessAnswer } from '../contract/monitor-fairness.ts';
import type { FairnessOverTime } from '../contract/monitor-fairness-over-time.ts';
import { removedWords } from '../contract/monitor-removed.ts';
import { type FairnessReport, fairnessDifferences } from '../contract/train-fairness.ts';
import { type Command, given, listFlag, numberFlag, usageError } from './command.ts';
import { estimateText } from './monitor-performance-commands.ts';
import { table } from './table.ts';
import { windowFlags, windowInput, windowUsage } from './window-flags.ts';

const text = { type: 'string' } as const;
const list = { type: 'string', multiple: true } as const;

function fairnessLines({ rows, dropped, by }: FairnessAnswer): string[] {
  const left = dropped === 0 ? '' : ` ${dropped} without label or answer were left out.`;
  return [
    `${count(rows, 'row')}.${left}`,
    ...Object.entries(by).flatMap(([name, { by_group, says, ...figures }]) => [
      '',
      says,
      ...table(
        [name, 'rows', 'selection rate', 'tpr', 'fpr', 'accuracy'],
        Object.entries(by_group).map(([group, { n, selection_rate, tpr, fpr, accuracy, too_small }]) =>
          too_small ? [group, n, 'too few rows'] : [group, n, selection_rate, tpr, fpr, accuracy],
        ),
      ),
      ...fairnessDifferences.map((figure) => {
        const interval = figures.intervals[figure]?.map((end) => end.toPrecision(3)).join(' to ');
        const value = figures[figure]?.toPrecision(3) ?? 'undefined';
        return `${figure.replaceAll('_', ' ')} ${value}${interval ? `, 95 % interval ${interval}` : ''}`;
      }),
    ]),
  ];
}

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

function overTimeLines({ columns, reference, removed, whole, windows, says }: FairnessOverTime): string[] {
  const shown = whole ?? reference;
  const names = Object.keys(shown?.differences ?? {});
  const [first = fairnessDifferences[0], second = fairnessDifferences[2]] = names.filter((name) =>
    /parity_difference|odds_difference|mean_error_difference|mae_difference/.test(name),
  );
  return [
    ...(removed ? [`${removedWords(removed)}: all figures are of the others.`] : []),
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

export const monitorFairnessCommands: Command[] = [
  {
    words: 'monitor fairness',
    usage:
      'FILE --label COL (--score COL [--threshold 0.5] | --prediction COL) --favourable V --by COL[,COL,A+B…] [--minimum 10]',
    summary: 'How decisions in a file treat groups of people, by the definitions of Fairlearn.',
    example: 'galley monitor fairness decisions.csv --label repaid --score p_repaid --favourable yes --by sex,age+sex',
    flags: { label: text, score: text, threshold: text, prediction: text, favourable: text, by: list, minimum: text },
    positionals: { minimum: 1, maximum: 1 },
    call: 'monitor.fairness',
    input: ([file], flags) => {
      const by = listFlag(flags, 'by');
      if (!flags.label || !flags.favourable || !by) {
        throw usageError('monitor fairness needs --label COLUMN, --favourable VALUE and --by COLUMN.');
      }
      if ((flags.score === undefined) === (flags.prediction === undefined)) {
        throw usageError('monitor fairness needs either --score COLUMN or --prediction COLUMN.');
      }
      if (flags.threshold !== undefined && flags.score === undefined) {
        throw usageError('--threshold goes with --score.');
      }
      return given({
        file: resolve(file as string),
        label: flags.label,
        score: flags.score,
        threshold: numberFlag(flags, 'threshold'),
        prediction: flags.prediction,
        favourable: flags.favourable,
        by,
        minimum: numberFlag(flags, 'minimum'),
      });
    },
    print: fairnessLines,
  },
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
    print: overTimeLines,
  },
];
