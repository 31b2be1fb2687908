import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { count } from '../base/words.ts';
import type { OutputOf } from '../contract/call.ts';
import type { MonitorReport, monitorCalls } from '../contract/monitor.ts';
import type { MultivariateDrift } from '../contract/monitor-multivariate.ts';
import { type Command, given, timeFlag, usageError } from './command.ts';
import { formatNumber, table } from './table.ts';
import { windowFlags, windowInput, windowUsage } from './window-flags.ts';

const text = { type: 'string' } as const;

/** Columns that a line names. */
const largestNamed = 10;
/** What only the rows of a deployment have. */
const deploymentFlags = [...Object.keys(windowFlags), 'rows'];

/**
 * The path of a file stays one although the engine runs in another folder; a dataset reference stays what it is, also
 * beside a folder of its name.
 */
const pathOrReference = (value: unknown) =>
  typeof value === 'string' && statSync(value, { throwIfNoEntry: false })?.isFile() ? resolve(value) : value;

function comparisonLines({ traffic, drift }: MonitorReport): string[] {
  const share = drift.columns.length === 0 ? 'No column' : `${Math.round(100 * drift.share)} % of the columns`;
  return [`${count(traffic.rows, 'row')} beside ${drift.reference}: ${share} drifted.`, '', ...driftTable(drift)];
}

function deploymentLines(report: MonitorReport): string[] {
  const { traffic, removed, damaged, metric, performance, drift, timeline, alerts } = report;
  return [
    `${count(traffic.rows, 'row')} in ${count(traffic.requests, 'request')}, ${count(traffic.errors, 'error')}.`,
    ...(removed ? [`${removed.rows} older rows, received until ${removed.receivedUntil}, are kept no more.`] : []),
    ...(damaged
      ? [
          `${count(damaged.segments, 'segment')} of the log ended early or could not be read: ${count(damaged.bytes, 'byte')} without a row.`,
        ]
      : []),
    performance
      ? `${metric.name} ${figure(performance.metrics[metric.name])} on ${count(performance.rows, 'labelled row')} (holdout: ${figure(performance.reference[metric.name])}).`
      : 'No labels yet.',
    '',
    ...driftTable(drift),
    '',
    ...table(
      ['window', 'rows', 'labelled', metric.name],
      timeline.map((window) => [window.from.slice(0, 10), window.rows, window.labelled, window.metric]),
    ),
    ...alerts.map((alert) => `Alert (${alert.state}): ${alert.title}. ${alert.detail}`),
  ];
}

function figure(value: number | null | undefined): string {
  return value === null || value === undefined ? 'unknown' : formatNumber(value);
}

function driftTable({ columns, notCompared, multivariate }: MonitorReport['drift']): string[] {
  return [
    ...table(
      ['column', 'test', 'score', 'threshold', 'verdict'],
      columns.map((column) => [column.name, column.test, column.score, column.threshold, inWords(column.verdict)]),
    ),
    ...notComparedLines(notCompared),
    wholeLine(multivariate),
  ];
}

/** Columns of the reference that the current rows do not have, or have as another type. */
function notComparedLines(columns: MonitorReport['drift']['notCompared']): string[] {
  return [...Map.groupBy(columns, ({ reason }) => reason)].map(([reason, of]) => {
    const named = of.slice(0, largestNamed).map(({ name }) => name);
    const others = of.length > named.length ? ` and ${of.length - named.length} more` : '';
    return `Not compared, ${inWords(reason)}: ${named.join(', ')}${others}.`;
  });
}

function inWords(word: string): string {
  return word.replaceAll('_', ' ');
}

/** Of the columns as a whole. */
function wholeLine({ columns, verdict, reconstruction, domain }: MultivariateDrift): string {
  if (!domain) return `As a whole: ${inWords(verdict)}.`;
  const parts = [`domain classifier ${domain.area.toPrecision(3)}`];
  if (reconstruction) {
    const { error, low, high } = reconstruction;
    const expected = `expected ${low.toPrecision(4)} to ${high.toPrecision(4)}`;
    parts.unshift(`reconstruction error ${error.toPrecision(4)}, ${expected}`);
  }
  return `As a whole, ${count(columns, 'column')}: ${verdict} (${parts.join('; ')}).`;
}

export const monitorCommands: Command[] = [
  {
    words: 'monitor report',
    usage: `(D ${windowUsage} [--rows] | --reference NAME@V --current NAME@V|FILE) [--definitions default|decile|evidently] [--thresholds sampling|chunks] [--html FILE]`,
    summary: 'Traffic, latency, quality, drift and performance by event time; --html writes it as one page.',
    example: 'galley monitor report price --since 2025-01-01',
    flags: {
      ...windowFlags,
      reference: text,
      current: text,
      definitions: text,
      thresholds: text,
      rows: { type: 'boolean' },
      html: text,
    },
    positionals: { minimum: 0, maximum: 1 },
    call: (flags) => (flags.html === undefined ? 'monitor.report' : 'monitor.writeReport'),
    input: ([deployment], flags) => {
      if (!deployment && !(flags.reference && flags.current))
        throw usageError('monitor report needs a deployment, or --reference and --current.');
      if (deployment && (flags.reference || flags.current))
        throw usageError('monitor report takes either a deployment, or --reference and --current.');
      const misplaced = deploymentFlags.find((name) => !deployment && flags[name] !== undefined);
      if (misplaced) throw usageError(`--${misplaced} goes with a deployment, not with --reference and --current.`);
      return given({
        deployment,
        reference: flags.reference,
        current: pathOrReference(flags.current),
        ...windowInput(flags),
        definitions: flags.definitions,
        thresholds: flags.thresholds,
        rows: flags.rows,
        to: typeof flags.html === 'string' ? resolve(flags.html) : undefined,
      });
    },
    print: (answer: MonitorReport | OutputOf<typeof monitorCalls.writeReport>) => {
      if ('path' in answer) return [`${answer.path}, ${count(answer.bytes, 'byte')}.`];
      return answer.deployment === null ? comparisonLines(answer) : deploymentLines(answer);
    },
  },
  {
    words: 'monitor labels',
    usage: 'D FILE|--dataset NAME@V --id COL --label COL',
    summary: 'Adds what came true, by row id, from a file or a dataset version.',
    example: 'galley monitor labels price truth.csv --id row_id --label price',
    flags: { id: text, label: text, dataset: text },
    positionals: { minimum: 1, maximum: 2 },
    call: 'monitor.labels',
    input: ([deployment, file], flags) => {
      if (!flags.id || !flags.label) throw usageError('monitor labels needs --id COLUMN and --label COLUMN.');
      if ((file === undefined) === (flags.dataset === undefined)) {
        throw usageError('monitor labels needs either a file or --dataset NAME@V.');
      }
      const source = file === undefined ? { dataset: flags.dataset } : { file: resolve(file) };
      return { deployment, ...source, id: flags.id, label: flags.label };
    },
    print: ({ matched, unmatched, unusable, repeated, corrected }: OutputOf<typeof monitorCalls.labels>) => [
      `${count(matched, 'label')} matched a prediction, ${unmatched} did not.`,
      ...(unusable ? [`${unusable} are no class of the model, or no number: nothing is judged by them.`] : []),
      ...(repeated ? [`${repeated} were followed by another one of the same row, which counts.`] : []),
      ...(corrected ? [`${count(corrected, 'row')} had a label before.`] : []),
    ],
  },
  {
    words: 'monitor check',
    usage: 'D [--since T] [--until T]',
    summary:
      'Judges the newest window by the rules of the deployment; exit 1 where an alert is open. Of a range it says what would have been raised, and changes nothing.',
    example: 'galley monitor check price',
    flags: { since: text, until: text },
    positionals: { minimum: 1, maximum: 1 },
    call: 'monitor.check',
    input: ([deployment], flags) =>
      given({ deployment, since: timeFlag(flags, 'since'), until: timeFlag(flags, 'until') }),
    print: ({ open, wouldHaveRaised }: OutputOf<typeof monitorCalls.check>) => {
      const found = wouldHaveRaised ?? open;
      const none = wouldHaveRaised ? 'No alert would have been raised.' : 'No alert is open.';
      return found.length === 0 ? [none] : found.map((alert) => `${alert.title}. ${alert.detail}`);
    },
    exitCode: ({ open, wouldHaveRaised }: OutputOf<typeof monitorCalls.check>) =>
      (wouldHaveRaised ?? open).length > 0 ? 1 : 0,
  },
];
