import type { OutputOf } from '../contract/call.ts';
import type { dataCalls } from '../contract/data.ts';
import type { Finding } from '../contract/data-findings.ts';
import type { Relations } from '../contract/data-relations.ts';
import type { RowPage } from '../contract/data-rows.ts';
import { type Command, given, listFlag, numberFlag } from './command.ts';
import { table } from './table.ts';

const shownRows = 20;

function findingLines(title: string, findings: readonly Finding[]): string[] {
  if (findings.length === 0) return [];
  return ['', title, ...findings.flatMap((one) => [`- ${one.message} ${one.evidence}`, `  ${one.advice}`])];
}

/** `column` rising, `column:desc` or `-column` falling. */
function sortKeys(columns: readonly string[] | undefined) {
  return columns?.map((text) => {
    const descending = text.startsWith('-') || text.endsWith(':desc');
    return { column: text.replace(/^-/, '').replace(/:(desc|asc)$/, ''), descending };
  });
}

function number(value: number | null): string {
  return value === null ? '' : String(Number(value.toPrecision(4)));
}

export const dataLookCommands: Command[] = [
  {
    words: 'data show',
    usage: 'NAME[@V]',
    summary: 'A version with its schema, profile, lineage and what is worth a look in it.',
    example: 'galley data show sales@2',
    flags: {},
    positionals: { minimum: 1, maximum: 1 },
    call: 'data.show',
    input: ([reference]) => ({ reference, examine: true }),
    print: ({ version, profile, findings }: OutputOf<typeof dataCalls.show>) => [
      `${version.dataset}, version ${version.version}: ${version.rows.toLocaleString('en-US')} rows, ${version.identity}`,
      '',
      ...table(
        ['column', 'type', 'missing', 'distinct', 'minimum', 'maximum', 'mean'],
        profile.map((column) => [
          column.name,
          column.type,
          column.missing,
          column.distinct,
          String(column.minimum ?? ''),
          String(column.maximum ?? ''),
          column.mean,
        ]),
      ),
      ...findingLines('Worth a look:', findings ?? []),
    ],
  },
  {
    words: 'data rows',
    usage: 'NAME[@V] [--where SQL] [--sort COL[:desc],…] [--columns COL,…] [--offset N] [--limit N]',
    summary: 'Rows of a version, filtered and sorted.',
    example: 'galley data rows sales --where "price > 100 AND city LIKE \'New%\'" --sort price:desc --limit 10',
    flags: {
      where: { type: 'string' },
      sort: { type: 'string', multiple: true },
      columns: { type: 'string', multiple: true },
      offset: { type: 'string' },
      limit: { type: 'string' },
    },
    positionals: { minimum: 1, maximum: 1 },
    call: 'data.rows',
    input: ([reference], flags) =>
      given({
        reference,
        where: flags.where,
        sort: sortKeys(listFlag(flags, 'sort')),
        columns: listFlag(flags, 'columns'),
        offset: numberFlag(flags, 'offset') ?? 0,
        limit: numberFlag(flags, 'limit') ?? shownRows,
      }),
    print: ({ columns, rows, positions, total }: RowPage) => [
      ...table(
        ['row', ...columns.map((column) => column.name)],
        rows.map((row, index) => [
          (positions[index] as number) + 1,
          ...row.map((cell) => (cell === null ? '' : String(cell))),
        ]),
      ),
      `${rows.length.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} rows.`,
    ],
  },
  {
    words: 'data relations',
    usage: 'NAME[@V] [--target COL]',
    summary: 'How columns go with a target, and which may give it away.',
    example: 'galley data relations sales --target price',
    flags: { target: { type: 'string' } },
    positionals: { minimum: 1, maximum: 1 },
    call: 'data.relations',
    input: ([reference], flags) => given({ reference, target: flags.target }),
    print: ({ columns, scoredBy, leaks, pairs, rows, rowsUsed, target }: Relations) => [
      ...(target === null
        ? [`${pairs.columns.length} columns compared. Name a target with --target to see how columns go with it.`]
        : table(
            ['column', 'measure', 'value', 'spearman', 'information', scoredBy ?? 'score'],
            columns.map((one) => [
              one.name,
              one.measure,
              number(one.value),
              number(one.spearman),
              number(one.mutualInformation),
              number(one.score),
            ]),
          )),
      ...(rowsUsed < rows ? [`From ${rowsUsed.toLocaleString('en-US')} of ${rows.toLocaleString('en-US')} rows.`] : []),
      ...findingLines(`Before training on ${target}:`, leaks),
    ],
  },
];
