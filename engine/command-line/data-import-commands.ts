import { resolve } from 'node:path';
import type { OutputOf } from '../contract/call.ts';
import type { dataImportCalls } from '../contract/data-imports.ts';
import type { FilePreview } from '../contract/data-results.ts';
import { type Command, given, usageError } from './command.ts';
import { addSourceFlags, sourceOf, sourceUsage } from './data-connection-commands.ts';
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
    usage: `(FILE | ${sourceUsage}) [--dataset NAME] ${importUsage}`,
    summary:
      'How a file, or what a connection or address holds, would be read: options, types, first rows, what would be changed. Adds nothing.',
    example: 'galley data preview sales.csv --delimiter ";"',
    flags: { ...importFlags, ...addSourceFlags, dataset: { type: 'string' } },
    positionals: { minimum: 0, maximum: 1 },
    call: (flags) => (sourceOf(flags) ? 'data.previewSource' : 'data.previewWhole'),
    input: ([file], flags) => {
      const source = sourceOf(flags);
      if ((file === undefined) === (source === undefined))
        throw usageError('data preview takes either a file or a source (--from CONNECTION or --url URL).');
      const from = source ? { source } : { path: resolve(file ?? '') };
      return given({ ...from, options: importOptions(flags), dataset: flags.dataset });
    },
    print: ({ columns, rows, rowCount, options, found, takes, warnings, changes }: FilePreview) => [
      rowCount === null
        ? `${columns.length} columns in the first rows; what comes later may widen a type.`
        : `${rowCount.toLocaleString('en-US')} rows, ${columns.length} columns.`,
      ...(takes.length === 0 ? ['It has types of its own: no option changes how it is read.'] : []),
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
