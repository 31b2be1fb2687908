import { count } from '../base/words.ts';
import type { DeploymentQuality } from '../contract/monitor-quality.ts';
import { removedWords } from '../contract/monitor-removed.ts';
import { type Command, given } from './command.ts';
import { table } from './table.ts';
import { windowFlags, windowInput, windowUsage } from './window-flags.ts';

export const monitorQualityCommand: Command = {
  words: 'monitor quality',
  usage: `D ${windowUsage}`,
  summary: 'Whether the rows that come in are as in training; exit 1 where something is bad.',
  example: 'galley monitor quality price --since 2026-03-01',
  flags: windowFlags,
  positionals: { minimum: 1, maximum: 1 },
  call: 'monitor.quality',
  input: ([deployment], flags) => given({ deployment, ...windowInput(flags) }),
  print: ({ version, rows, checks, columns, removed }: DeploymentQuality) => [
    `${count(rows, 'row')} beside the training part of version ${version}.`,
    ...(removed ? [`${removedWords(removed)}: they are counted, but expectations are not asked of them.`] : []),
    '',
    ...table(
      ['light', 'check', 'found'],
      checks.map(({ light, kind, says }) => [light, kind, says]),
    ),
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
