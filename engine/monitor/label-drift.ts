import type { ColumnDrift } from '../contract/monitor-drift.ts';
import type { Signature } from '../contract/values.ts';
import { type DriftColumn, labelJudging } from '../statistics/drift.ts';
import { thinned } from '../statistics/drift-columns.ts';
import { compareColumns, comparedRows, type DriftSettings } from './drift.ts';
import type { AnsweredRows } from './performance/answered-rows.ts';

/** What came true, of the rows of which it is known, as drift compares it. */
export function knownLabels(
  { classes = [], target: name, task }: Signature,
  { targets }: Pick<AnsweredRows, 'targets'>,
): DriftColumn {
  const known = targets.filter((target) => !Number.isNaN(target));
  if (task === 'regression') return { name, kind: 'number', values: known };
  return { name, kind: 'text', values: Array.from(known, (index) => classes[index] ?? null) };
}

/** What came true now beside what did then, or beside the target of the training part; null where a side has no label. */
export function labelDrift(then: DriftColumn, now: DriftColumn, settings: DriftSettings): ColumnDrift | null {
  if (then.values.length === 0 || now.values.length === 0) return null;
  const type = now.kind === 'text' ? 'text' : 'float64';
  const ofLabel = settings.definition === 'default' ? { ...settings, ...labelJudging } : settings;
  return compareColumns(thinned(then, comparedRows), thinned(now, comparedRows), type, null, ofLabel);
}
