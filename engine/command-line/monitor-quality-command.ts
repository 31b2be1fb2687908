import { count } from '../base/words.ts';
import type { DeploymentQuality } from '../contract/monitor-quality.ts';
import { type Command, given, timeFlag } from './command.ts';
import { table } from './table.ts';

const text = { type: 'string' } as const;

export const monitorQualityCommand: Command = {
  words: 'monitor quality',
  usage: 'D [--since T] [--until T] [--window hour|day|week|month|quarter|year]',
  summary: 'Whether the rows that come in are as in training; exit 1 where something is bad.',
  example: 'galley monitor quality price --since 2026-03-01',
  flags: { since: text, until: text, window: text },
  positionals: { minimum: 1, maximum: 1 },
  call: 'monitor.quality',
  input: ([deployment], flags) =>
    given({ deployment, since: timeFlag(flags, 'since'), until: timeFlag(flags, 'until'), window: flags.window }),
  print: ({ version, rows, checks, columns }: DeploymentQuality) => [
    `${count(rows, 'row')} beside the training part of version ${version}.`,
    ...checks.map(({ light, says }) => `${light}: ${says}`),
    '',
    ...table(
      ['column', 'type', 'rows', 'missing', 'unseen', 'out of range', 'infinite'],
      columns.map((column) => [
        column.name,
        column.type,
        column.rows,
        column.missing,
        column.unseen,
        column.outOfRange,
        column.infinite,
      ]),
    ),
  ],
  exitCode: ({ checks }: DeploymentQuality) => (checks.some(({ light }) => light === 'bad') ? 1 : 0),
};
