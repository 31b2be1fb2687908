import { resolve } from 'node:path';
import type { OutputOf } from '../contract/call.ts';
import type { DatasetSummary, dataCalls } from '../contract/data.ts';
import { type Command, given, listFlag, usageError } from './command.ts';
import { addLines, addSourceFlags, sourceOf, sourceUsage } from './data-connection-commands.ts';
import { importFlags, importOptions, importUsage } from './import-flags.ts';
import { table } from './table.ts';

const list = { type: 'string', multiple: true } as const;

/** Flags that say nothing about what a connection or an address holds. */
const onlyForFiles = ['glob', 'append', 'upsert', 'force'];

export const dataCommands: Command[] = [
  {
    words: 'data add',
    usage:
      `NAME (FILE|FOLDER|PATTERN… [--glob PATTERN] [--append | --upsert] [--force] | ${sourceUsage})` +
      ` [--accept-failures] [--key COL,…] [--time COL] ${importUsage}`,
    summary: 'Adds files, or what a connection or address holds, as a version of a dataset.',
    example: 'galley data add sales sales-2025.csv --time date',
    flags: {
      ...importFlags,
      glob: { type: 'string' },
      append: { type: 'boolean' },
      upsert: { type: 'boolean' },
      force: { type: 'boolean' },
      'accept-failures': { type: 'boolean' },
      key: list,
      time: { type: 'string' },
      ...addSourceFlags,
    },
    positionals: { minimum: 1, maximum: Number.POSITIVE_INFINITY },
    call: (flags) => (sourceOf(flags) ? 'data.addFromSource' : 'data.add'),
    input: ([name, ...files], flags) => {
      const source = sourceOf(flags);
      if (source) {
        if (files.length > 0) throw usageError('data add takes either files or a source (--from, --url), not both.');
        const idle = onlyForFiles.filter((flag) => flags[flag] !== undefined);
        if (idle.length > 0)
          throw usageError(`data add takes --${idle.join(' and --')} for files alone, not beside --from or --url.`);
        return given({
          name,
          source,
          key: listFlag(flags, 'key'),
          time: flags.time,
          acceptFailures: flags['accept-failures'],
          options: importOptions(flags),
        });
      }
      if (files.length === 0) {
        throw usageError(
          'Nothing to add is named. Use: galley data add NAME FILE…, or --from CONNECTION or --url URL in place of files.',
        );
      }
      return given({
        name,
        files: files.map((file) => resolve(file)),
        glob: flags.glob,
        append: flags.append,
        upsert: flags.upsert,
        force: flags.force,
        acceptFailures: flags['accept-failures'],
        key: listFlag(flags, 'key'),
        time: flags.time,
        options: importOptions(flags),
      });
    },
    print: addLines,
  },
  {
    words: 'data list',
    usage: '',
    summary: 'All datasets.',
    example: 'galley data list',
    flags: {},
    positionals: { minimum: 0, maximum: 0 },
    call: 'data.list',
    input: () => ({}),
    print: ({ datasets }: { datasets: DatasetSummary[] }) =>
      datasets.length === 0
        ? ['No dataset yet. Add one with: galley data add NAME FILE']
        : table(
            ['dataset', 'versions', 'rows', 'columns', 'latest'],
            datasets.map(({ name, versions, latest }) => [
              name,
              versions,
              latest.rows,
              latest.columns.length,
              latest.createdAt,
            ]),
          ),
  },
  {
    words: 'data export',
    usage: 'NAME[@V] --to FILE.(csv|tsv|parquet|ndjson|json) [--safe-for-spreadsheets] [--mask drop|hash|blank]',
    summary: 'Writes a version to a file.',
    example: 'galley data export sales --to sales.parquet',
    flags: { to: { type: 'string' }, 'safe-for-spreadsheets': { type: 'boolean' }, mask: { type: 'string' } },
    positionals: { minimum: 1, maximum: 1 },
    call: 'data.export',
    input: ([reference], flags) =>
      given({
        reference,
        to: typeof flags.to === 'string' ? resolve(flags.to) : undefined,
        safeForSpreadsheets: flags['safe-for-spreadsheets'],
        mask: flags.mask,
      }),
    print: ({ path, rows, warnings }: OutputOf<typeof dataCalls.export>) => [
      `${rows.toLocaleString('en-US')} rows in ${path}`,
      ...warnings.map((warning) => `Warning: ${warning.message}`),
    ],
  },
];
