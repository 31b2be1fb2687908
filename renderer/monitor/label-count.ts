import type { CallResult } from '../client/client.ts';
import { formatCount } from '../ui/format.ts';

/** What became of labels, in words: `340 matched, 25 belong to no answered row, 3 corrected`. */
export function countedLabels(count: CallResult<'monitor.labels'>): string {
  const { matched, unmatched, unusable, repeated, corrected } = count;
  const parts: [number | undefined, string][] = [
    [unusable, 'cannot be judged by: they are no class of the model, or no number'],
    [repeated, 'were given twice, of which the last counts'],
    [corrected, 'corrected an earlier one'],
  ];
  const more = parts.flatMap(([number, words]) => (number ? [`${formatCount(number)} ${words}`] : []));
  return [`${formatCount(matched)} matched`, `${formatCount(unmatched)} belong to no answered row`, ...more].join(', ');
}
