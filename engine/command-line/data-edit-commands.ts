import type { AddResult } from '../contract/data.ts';
import type { CompactResult } from '../contract/data-edits.ts';
import { type Command, type Flags, given, listFlag, usageError } from './command.ts';
import { formatNumber } from './table.ts';

const list = { type: 'string', multiple: true } as const;

/** The place of a row, from 0, of its number in the table. */
function placeOf(text: string, flag: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw usageError(`--${flag} takes rows by their number from 1, not "${text}".`);
  return Number(text) - 1;
}

/** Values by row and column; one that is empty is missing, as an empty cell of a CSV file is. */
export function editsOf(flags: Flags): { row: number; values: Record<string, string | null> }[] | undefined {
  if (!Array.isArray(flags.set)) return undefined;
  const rows = new Map<number, Record<string, string | null>>();
  for (const text of flags.set) {
    const [, number, name, value] = /^([^:]*):([^=]+)=(.*)$/s.exec(text) ?? [];
    if (number === undefined || name === undefined) throw usageError(`--set takes ROW:COLUMN=VALUE, not "${text}".`);
    const row = placeOf(number, 'set');
    rows.set(row, { ...rows.get(row), [name]: value === '' ? null : (value ?? null) });
  }
  return [...rows].map(([row, values]) => ({ row, values }));
}

export const dataEditCommands: Command[] = [
  {
    words: 'data edit',
    usage: 'NAME[@V] [--set ROW:COLUMN=VALUE]… [--remove ROW,…] [--accept-failures]',
    summary: 'Changes cells and removes rows by their number, as the next version.',
    example: 'galley data edit sales --set 17:price=12.5 --set 17:note= --remove 3,4',
    flags: { set: list, remove: list, 'accept-failures': { type: 'boolean' } },
    positionals: { minimum: 1, maximum: 1 },
    call: 'data.edit',
    input: ([reference], flags) =>
      given({
        reference,
        edits: editsOf(flags),
        remove: listFlag(flags, 'remove')?.map((row) => placeOf(row, 'remove')),
        acceptFailures: flags['accept-failures'],
      }),
    print: ({ dataset, version, rows, unchanged }: AddResult) => [
      unchanged
        ? `${dataset} is unchanged: version ${version}, ${formatNumber(rows)} rows.`
        : `${dataset}, version ${version}: ${formatNumber(rows)} rows.`,
    ],
  },
  {
    words: 'data compact',
    usage: 'NAME[@V]',
    summary: 'Stores a version as one file; its rows, its number and its identity stay.',
    example: 'galley data compact sales',
    flags: {},
    positionals: { minimum: 1, maximum: 1 },
    call: 'data.compact',
    input: ([reference]) => ({ reference }),
    print: ({ dataset, version, compacted, files, bytes }: CompactResult) => [
      compacted
        ? `${dataset}@${version}: one file of ${formatNumber(bytes)} bytes instead of ${files}.`
        : `${dataset}@${version} is one file already.`,
    ],
  },
];
