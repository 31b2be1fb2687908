import type { ColumnDrift } from '../../contract/monitor-drift.ts';
import type { DeploymentSpec } from '../../deploy/index.ts';
import { driftOfSketches } from '../../statistics/profile/drift-of-sketches.ts';
import { labelOutput } from '../../statistics/profile/reference-profile.ts';
import { isMasked } from '../profiles/profiled-findings.ts';
import { type ProfiledColumn, ProfiledRange, type ProfiledSources } from '../profiles/profiled-range.ts';

/** A span of event time, UTC epoch milliseconds; `until` is exclusive. */
export interface ComparedRange {
  since: number;
  until: number;
}

/** What sums say of two windows, or of one beside the reference of the deployed version. */
export interface SummedColumns {
  columns: ColumnDrift[];
  /** Null where a side has too few rows, or the answers are marked. */
  prediction: ColumnDrift | null;
  /** Of each side; the reference's own are not counted. */
  rows: { current: number; reference: number | null };
}

/** Null where the sums do not have exactly the rows of both windows. Inputs whose values sums may not have are left out. */
export async function summedColumns(
  profiles: ProfiledSources,
  spec: DeploymentSpec,
  { reference, current }: { reference: ComparedRange | null; current: ComparedRange },
  minimumRows: number,
): Promise<SummedColumns | null> {
  const now = await ProfiledRange.of(profiles, spec, current);
  const then = reference && (await ProfiledRange.of(profiles, spec, reference));
  if (now === null || (reference !== null && then === null)) return null;
  const before = then && (await then.columns());
  const { signature, importance } = now.deployed.facts;
  const columns: ColumnDrift[] = [];
  let prediction: ColumnDrift | null = null;
  for (const [index, column] of (await now.columns()).entries()) {
    const earlier = before?.[index];
    if (isMasked(column) || (earlier && isMasked(earlier))) continue;
    const isInput = column.type !== null;
    const known = isInput ? (importance.get(column.name) ?? null) : null;
    const found = compared(column, earlier, known, { columnCount: signature.inputs.length, minimumRows });
    if (isInput) columns.push(found);
    else if (column.name !== labelOutput && found.verdict !== 'too_few_rows') prediction = found;
  }
  return { columns, prediction, rows: { current: now.rows, reference: then?.rows ?? null } };
}

function compared(
  column: ProfiledColumn,
  earlier: ProfiledColumn | undefined,
  importance: number | null,
  options: { columnCount: number; minimumRows: number },
): ColumnDrift {
  const { kind, ...result } = driftOfSketches(earlier?.current ?? column.reference, column.current, options);
  const uncertain = column.uncertainRows + (earlier?.uncertainRows ?? 0);
  const rows = column.current.rows + (earlier?.current.rows ?? 0);
  if (uncertain > 0) result.statistics.uncertain_share = uncertain / rows;
  return { ...result, type: column.type ?? (kind === 'text' ? 'text' : 'float64'), importance };
}
