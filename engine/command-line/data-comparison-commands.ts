import { resolve } from 'node:path';
import type { OutputOf } from '../contract/call.ts';
import type { Difference, dataComparisonCalls } from '../contract/data-comparison.ts';
import { type Command, given, listFlag } from './command.ts';
import { formatNumber, table } from './table.ts';

type Exported = OutputOf<typeof dataComparisonCalls.exportDiff>;

export const dataComparisonCommands: Command[] = [
  {
    words: 'data diff',
    usage: 'NAME@A NAME@B [--key COL,… | --no-key] [--to FILE.(csv|parquet) [--mask drop|hash|blank]]',
    summary: 'What differs between two versions; with --to every row that differs, in a file.',
    example: 'galley data diff sales@1 sales@2 --key id --to changes.csv',
    flags: {
      key: { type: 'string', multiple: true },
      'no-key': { type: 'boolean' },
      to: { type: 'string' },
      mask: { type: 'string' },
    },
    positionals: { minimum: 2, maximum: 2 },
    call: ({ to }) => (to === undefined ? 'data.diff' : 'data.exportDiff'),
    input: ([from, to], flags) =>
      given({
        from,
        to,
        mask: flags.mask,
        key: flags['no-key'] ? [] : listFlag(flags, 'key'),
        path: typeof flags.to === 'string' ? resolve(flags.to) : undefined,
      }),
    print: (answer: Difference | Exported) =>
      'path' in answer ? [`${formatNumber(answer.rows)} rows that differ in ${answer.path}`] : differenceLines(answer),
  },
];

function differenceLines({ schema, types, rows, key, duplicateKeys, changed, columns }: Difference): string[] {
  const changedRows = rows.changed === null ? '' : `, ${formatNumber(rows.changed)} changed`;
  const how = key === null ? 'counted by their content' : `matched by ${key.join(', ')}`;
  const lines = [
    `Rows: ${formatNumber(rows.added)} added, ${formatNumber(rows.removed)} removed${changedRows}, ${formatNumber(rows.unchanged)} the same (${how}).`,
    `Columns: ${schema.added.length} added, ${schema.removed.length} removed, ${schema.changed.length} of another type.`,
    ...schema.added.map((name) => `  + ${name}`),
    ...schema.removed.map((name) => `  - ${name}`),
    ...types.map(({ name, from, to }) => `  ~ ${name}: ${from}, now ${to}`),
  ];
  if (duplicateKeys.keys > 0) {
    const { keys, fromRows, toRows } = duplicateKeys;
    lines.push(
      `Warning: ${formatNumber(keys)} keys stand in several rows (${formatNumber(fromRows)} before, ${formatNumber(toRows)} after); these rows count as added or removed by their content.`,
    );
  }
  const rowsOfTable = columns.map(({ name, drift }) => [name, changed[name] ?? (key === null ? null : 0), drift]);
  return [...lines, '', ...table(['column', 'changed cells', 'drift'], rowsOfTable)];
}
