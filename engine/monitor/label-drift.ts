import type { ColumnDrift } from '../contract/monitor-drift.ts';
import { type DriftColumn, labelJudging } from '../statistics/drift.ts';
import { compareColumns, comparedRows, type DriftSettings } from './drift.ts';
import { thinned } from './drift-columns.ts';
import type { AnsweredRows } from './performance/answered-rows.ts';
import type { VersionReference } from './reference.ts';

/** What came true beside the target of the training part; null where no label is known. */
export function labelDrift(
  { label, signature }: Pick<VersionReference, 'label' | 'signature'>,
  answered: AnsweredRows,
  settings: DriftSettings,
): ColumnDrift | null {
  const known = answered.targets.filter((target) => !Number.isNaN(target));
  if (known.length === 0) return null;
  const { classes = [], task } = signature;
  const { name } = label;
  const column: DriftColumn =
    task === 'regression'
      ? { name, kind: 'number', values: known }
      : { name, kind: 'text', values: Array.from(known, (target) => classes[target] ?? null) };
  const current = thinned(column, comparedRows);
  const type = current.kind === 'text' ? 'text' : 'float64';
  const ofLabel = settings.definition === 'default' ? { ...settings, ...labelJudging } : settings;
  return compareColumns(label, current, type, null, ofLabel);
}
