import { resolve } from 'node:path';
import type { OutputOf } from '../contract/call.ts';
import type { AddResult, DatasetSummary, dataCalls } from '../contract/data.ts';
import { type Command, given, listFlag } from './command.ts';
import { importFlags, importOptions, importUsage } from './import-flags.ts';
import { table } from './table.ts';

const list = { type: 'string', multiple: true } as const;

export const dataCommands: Command[] = [
  {
    words: 'data add',
    usage:
      'NAME FILE|FOLDER|PATTERN… [--glob PATTERN] [--append | --upsert] [--force] [--accept-failures] [--key COL,…] [--time COL]' +
      ` ${importUsage}`,
    summary: 'Adds files as a version of a dataset.',
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
    },
    positionals: { minimum: 2, maximum: Number.POSITIVE_INFINITY },
    call: 'data.add',
    input: ([name, ...files], flags) =>
      given({
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
      }),
    print: (answer: AddResult) => [
      answer.unchanged
        ? `${answer.dataset} is unchanged: version ${answer.version}, ${answer.rows.toLocaleString('en-US')} rows.`
        : `${answer.dataset}, version ${answer.version}: ${answer.rows.toLocaleString('en-US')} rows, ${answer.columns.length} columns.`,
      ...answer.warnings.map((warning) => `Warning: ${warning.message}`),
    ],
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
