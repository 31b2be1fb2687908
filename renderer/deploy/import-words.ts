import { type LogImport, leftOutReasons } from '../../engine/contract/deploy-log.ts';
import { formatCount, formatQuantity } from '../ui/format.ts';

/** What became of a log that was made elsewhere: what came in first, then what did not. */
export function importWords({ rows, known, repeated, expired, labels, leftOut, unusable }: LogImport): {
  good: string;
  warnings: string[];
} {
  const good = [
    `${formatQuantity(rows, 'row')} added`,
    ...(known > 0 ? [`${formatQuantity(known, 'row')} there already`] : []),
    ...(labels > 0 ? [`${formatQuantity(labels, 'label')} added`] : []),
  ].join(', ');
  const warnings = [
    ...(repeated > 0
      ? [`Left out: ${formatQuantity(repeated, 'row')} with the time and the id of another row in the file.`]
      : []),
    ...(expired > 0 ? [`Left out: ${formatQuantity(expired, 'row')} older than what the log keeps.`] : []),
    ...leftOut.map(
      (one) =>
        `Left out: ${formatQuantity(one.rows, 'row')} ${leftOutReasons[one.reason]}; the first is row ${formatCount(one.first)}.`,
    ),
    ...unusable.map(
      (one) =>
        `Values of ${one.field} that do not fit its type count as missing: ${formatCount(one.values)}; the first is in row ${formatCount(one.first)}.`,
    ),
  ];
  return { good, warnings };
}
