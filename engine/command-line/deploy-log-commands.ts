import type { OutputOf } from '../contract/call.ts';
import type { LoggedRow, logCalls } from '../contract/deploy-log.ts';
import { type Command, given, numberFlag, timeFlag } from './command.ts';
import { table } from './table.ts';

const text = { type: 'string' } as const;

export const deployLogCommands: Command[] = [
  {
    words: 'deploy log',
    usage:
      'D [--row ID] [--request ID] [--since T] [--until T] [--version V] [--flag any|unseen_category|out_of_range|not_finite|masked] [--text WORDS] [--limit N]',
    summary: 'What a deployment answered, the newest row first.',
    example: 'galley deploy log price --since 2026-05-01 --flag any --limit 20',
    flags: {
      row: text,
      request: text,
      since: text,
      until: text,
      version: text,
      flag: text,
      text,
      limit: text,
    },
    positionals: { minimum: 1, maximum: 1 },
    call: 'deploy.log',
    input: ([deployment], flags) =>
      given({
        deployment,
        rowId: flags.row,
        requestId: flags.request,
        since: timeFlag(flags, 'since'),
        until: timeFlag(flags, 'until'),
        version: numberFlag(flags, 'version'),
        flag: flags.flag,
        text: flags.text,
        limit: numberFlag(flags, 'limit'),
      }),
    print: ({ rows, next, skipped }: OutputOf<typeof logCalls.log>) => {
      const notes = skipped.map(({ segment, reason }) => `Not searched: the segment ${segment}. ${reason}`);
      if (rows.length === 0) return ['The log has no such row.', ...notes];
      const header = ['received', 'row', 'version', 'answer', 'ms', 'flags', 'inputs'];
      const more = next ? ['There are more: --limit, or --until a time.'] : [];
      return [...table(header, rows.map(lineOf)), ...more, ...notes];
    },
  },
];

function lineOf({ receivedAt, rowId, version, shadow, outputs, latency, flags, inputs }: LoggedRow) {
  return [
    receivedAt,
    rowId,
    shadow ? `${version} (shadow)` : String(version),
    answerText(outputs),
    latency === null ? '-' : String(latency),
    flags.map(({ field, flag }) => `${field}: ${flag}`).join(', '),
    JSON.stringify(inputs),
  ];
}

function answerText(outputs: LoggedRow['outputs']): string {
  if ('prediction' in outputs) return String(outputs.prediction ?? '-');
  const probability = outputs.probabilities[outputs.label];
  return typeof probability === 'number' ? `${outputs.label} (${probability.toFixed(3)})` : outputs.label;
}
