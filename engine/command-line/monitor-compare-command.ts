import { count } from '../base/words.ts';
import type { WindowComparison } from '../contract/monitor-compare.ts';
import { removedWords } from '../contract/monitor-removed.ts';
import { type Command, type Flags, given, parseTime, usageError } from './command.ts';
import { estimateText, sliceLines } from './monitor-performance-commands.ts';
import { table } from './table.ts';

const text = { type: 'string' } as const;

function comparisonLines({ reference, current, metric, source, columns, slices, says }: WindowComparison): string[] {
  const sums = source === 'profile' ? 'columns are compared by sums of all rows, ' : '';
  const comparedBy = `${sums}${source === 'profile' ? 'label and slices' : 'all but the metric'} by the others.`;
  const side = ({ label, rows, labelled, metric: value }: WindowComparison['current']) =>
    `${label}: ${count(rows, 'row')}, ${count(labelled, 'label')}, ${metric.name} ${estimateText(value) ?? 'unknown'}`;
  return [
    says,
    side(reference),
    side(current),
    ...[reference, current].flatMap(({ removed }) => (removed ? [`${removedWords(removed)}: ${comparedBy}`] : [])),
    '',
    ...table(
      ['column', 'test', 'score', 'threshold', 'verdict'],
      columns.map((column) => [column.name, column.test, column.score, column.threshold, column.verdict]),
    ),
    '',
    ...sliceLines(slices, metric.name, 'reference'),
  ];
}

/** `2015-01-01..2015-04-01`. */
function rangeFlag(flags: Flags, name: string): { since: string; until: string } | undefined {
  if (flags[name] === undefined) return undefined;
  const [since, until, ...more] = String(flags[name]).split('..');
  if (!since || !until || more.length > 0) {
    throw usageError(`--${name} takes two times with two dots between them, such as 2015-01-01..2015-04-01.`);
  }
  return { since: parseTime(since, name), until: parseTime(until, name) };
}

export const monitorCompareCommand: Command = {
  words: 'monitor compare',
  usage: 'D --current FROM..UNTIL [--reference FROM..UNTIL]',
  summary: 'Two windows side by side, or one and the reference: what moved, and which slice lost what.',
  example: 'galley monitor compare price --reference 2015-01-01..2015-04-01 --current 2016-01-01..2016-04-01',
  flags: { current: text, reference: text },
  positionals: { minimum: 1, maximum: 1 },
  call: 'monitor.compare',
  input: ([deployment], flags) => {
    const current = rangeFlag(flags, 'current');
    if (!current) throw usageError('monitor compare needs --current FROM..UNTIL.');
    return given({ deployment, current, reference: rangeFlag(flags, 'reference') });
  },
  print: comparisonLines,
};
