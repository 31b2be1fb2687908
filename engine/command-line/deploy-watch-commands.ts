import { resolve } from 'node:path';
import type { OutputOf } from '../contract/call.ts';
import type { WatchedFolder, watchCalls } from '../contract/deploy-watches.ts';
import { type Command, usageError } from './command.ts';
import { table } from './table.ts';

export const deployWatchCommands: Command[] = [
  {
    words: 'deploy watch',
    usage: 'MODEL[@V|@ALIAS] --folder DIR',
    summary: 'Scores each CSV or Parquet file that is put into a folder; the predictions stand beside it.',
    example: 'galley deploy watch price --folder inbox',
    flags: { folder: { type: 'string' } },
    positionals: { minimum: 1, maximum: 1 },
    call: 'deploy.watch',
    input: ([reference], { folder }) => {
      if (typeof folder !== 'string') throw usageError('deploy watch needs --folder DIR.');
      return { reference, folder: resolve(folder) };
    },
    print: ({ watch }: OutputOf<typeof watchCalls.watch>) => [
      `${watch.reference} scores the files of ${watch.folder}, also when this command has ended; \`galley deploy unwatch ${watch.name}\` ends it.`,
    ],
    needsRunningEngine: true,
  },
  {
    words: 'deploy watches',
    usage: '',
    summary: 'The folders whose files are scored, and how that goes.',
    example: 'galley deploy watches',
    flags: {},
    positionals: { minimum: 0, maximum: 0 },
    call: 'deploy.watches',
    input: () => ({}),
    print: watchesTable,
  },
  {
    words: 'deploy unwatch',
    usage: 'DIR|NAME',
    summary: 'Scores the files of a folder no more; what was written stays.',
    example: 'galley deploy unwatch inbox',
    flags: {},
    positionals: { minimum: 1, maximum: 1 },
    call: 'deploy.unwatch',
    input: ([name = '']) => ({ name, folder: resolve(name) }),
    print: watchesTable,
  },
];

function watchesTable({ watches }: OutputOf<typeof watchCalls.watches>): string[] {
  if (watches.length === 0) return ['No folder is watched.'];
  return [
    ...table(
      ['watch', 'folder', 'model', 'state', 'scored', 'failed', 'last file'],
      watches.map(({ name, folder, reference, state, scored, failed, lastFile }) => [
        name,
        folder,
        reference,
        state,
        scored,
        failed,
        lastFile?.file ?? '',
      ]),
    ),
    ...watches.flatMap(faults),
  ];
}

function faults({ name, message, lastError }: WatchedFolder): string[] {
  return [
    ...(message === null ? [] : [`${name}: ${message}`]),
    ...(lastError === null ? [] : [`${name}: ${lastError.file}: ${lastError.message}`]),
  ];
}
