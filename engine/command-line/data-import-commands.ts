import { resolve } from 'node:path';
import type { OutputOf } from '../contract/call.ts';
import type { dataImportCalls } from '../contract/data-imports.ts';
import type { FilePreview } from '../contract/data-results.ts';
import { type Command, given } from './command.ts';
import { importFlags, importOptions, importUsage } from './import-flags.ts';
import { table } from './table.ts';

const shownRows = 10;

/** An option as the preview shows it. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ');
  if (value === '') return 'none';
  return value === '\t' ? 'tab' : typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export const dataImportCommands: Command[] = [
  {
    words: 'data preview',
    usage: `FILE [--dataset NAME] ${importUsage}`,
    summary: 'How a file would be read: its options, types and first rows, and what would be changed. Adds nothing.',
    example: 'galley data preview sales.csv --delimiter ";"',
    flags: { ...importFlags, dataset: { type: 'string' } },
    positionals: { minimum: 1, maximum: 1 },
    call: 'data.previewWhole',
    input: ([file], flags) =>
      given({ path: resolve(file ?? ''), options: importOptions(flags), dataset: flags.dataset }),
    print: ({ columns, rows, rowCount, options, found, warnings, changes }: FilePreview) => [
      `${(rowCount ?? 0).toLocaleString('en-US')} rows, ${columns.length} columns.`,
      '',
      ...Object.entries(options).map(
        ([name, value]) => `${name}: ${shown(value)}${found.includes(name) ? ' (found)' : ''}`,
      ),
      '',
      ...table(
        columns.map(({ name, type }) => `${name} (${type})`),
        rows.slice(0, shownRows).map((row) => row.map((cell) => (cell === null ? '' : String(cell)))),
      ),
      ...(warnings.length > 0 ? [''] : []),
      ...warnings.map((warning) => `Warning: ${warning.message}`),
      ...changes.map(({ column, kind, count }) => `Change: ${column ?? 'lines'}, ${kind}: ${count}`),
    ],
  },
  {
    words: 'data changes',
    usage: 'NAME[@V] --to FILE.csv [--mask drop|hash|blank]',
    summary:
      'Writes every change that the import of a version made: file, line, column, what stood there, what became of it.',
    example: 'galley data changes sales@2 --to changes.csv',
    flags: { to: { type: 'string' }, mask: { type: 'string' } },
    positionals: { minimum: 1, maximum: 1 },
    call: 'data.exportChanges',
    input: ([reference], flags) =>
      given({ reference, to: typeof flags.to === 'string' ? resolve(flags.to) : undefined, mask: flags.mask }),
    print: ({ path, changes }: OutputOf<typeof dataImportCalls.exportChanges>) => [
      `${changes.toLocaleString('en-US')} changes in ${path}`,
    ],
  },
];
