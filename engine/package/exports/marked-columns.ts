import { listed } from '../../base/words.ts';
import type { ExportFormat } from '../../contract/package.ts';
import type { Problem, Signature } from '../../contract/values.ts';
import type { ColumnMarks } from '../../data/index.ts';

/**
 * That an export holds real values of columns which are marked as personal or sensitive: its golden set has rows of the data. A
 * card has none.
 */
export function markedColumnWarnings(
  marks: ReturnType<ColumnMarks['of']>,
  { inputs }: Pick<Signature, 'inputs'>,
  format: ExportFormat,
): Problem[] {
  if (format === 'card') return [];
  const marked = inputs.map(({ name }) => name).filter((name) => marks?.[name] !== undefined);
  if (marked.length === 0) return [];
  const message = `Its golden rows hold values of ${listed(marked)} from the data, which you marked as personal or sensitive. Look whether you may pass them on.`;
  return [{ code: 'package.marked_columns', message }];
}
