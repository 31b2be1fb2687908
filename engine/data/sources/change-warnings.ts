import type { ChangeCount, ChangeKind } from '../../contract/data-changes.ts';
import type { Problem } from '../../contract/values.ts';

const shownLines = 10;

/** `line 4`, `lines 4, 5` or `lines 4, 5 and 11 more`. */
function where({ lines, count }: ChangeCount): string {
  const shown = lines.slice(0, shownLines).map((line) => line.toLocaleString('en-US'));
  const rest = count - shown.length;
  return `${count === 1 ? 'line' : 'lines'} ${shown.join(', ')}${rest > 0 ? ` and ${rest.toLocaleString('en-US')} more` : ''}`;
}

const warned: Partial<Record<ChangeKind, { code: string; message(count: ChangeCount, times: string): string }>> = {
  missing: {
    code: 'data.missing_words',
    message: (change, times) =>
      `Column "${change.column}": ${times} for a missing value became missing, in ${where(change)}.`,
  },
  infinite: {
    code: 'data.infinite_numbers',
    message: (change, times) => `Column "${change.column}" has ${times}, in ${where(change)}.`,
  },
  padded: {
    code: 'data.padded_rows',
    message: (change, times) => `${times} fewer cells than the header; what is lacking is missing: ${where(change)}.`,
  },
  skipped: {
    code: 'data.skipped_rows',
    message: (change, times) => `${times} not as many cells as the header and were left out: ${where(change)}.`,
  },
};

const nouns: Partial<Record<ChangeKind, readonly [one: string, many: string]>> = {
  missing: ['1 word', 'words'],
  infinite: ['1 infinite number', 'infinite numbers'],
  padded: ['1 row has', 'rows have'],
  skipped: ['1 row has', 'rows have'],
};

/** Warnings for those changes that lose or add something. */
export function changeWarnings(counts: readonly ChangeCount[]): Problem[] {
  return counts.flatMap((change) => {
    const warning = warned[change.kind];
    const noun = nouns[change.kind];
    if (!warning || !noun) return [];
    const times = change.count === 1 ? noun[0] : `${change.count.toLocaleString('en-US')} ${noun[1]}`;
    return [
      {
        code: warning.code,
        message: warning.message(change, times),
        ...(change.lines[0] === undefined ? {} : { line: change.lines[0] }),
        ...(change.column === null ? {} : { column: change.column }),
      },
    ];
  });
}
