import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DriftColumn } from '../../engine/statistics/drift.ts';

/** Figures of a column in a reference_stats.json; those that the column's type does not have are absent. */
export interface ReferenceColumn {
  type: 'numeric' | 'categorical';
  missing_ref: number;
  missing_cur: number;
  ks_statistic: number;
  ks_p_auto: number | null;
  ks_p_asymp: number | null;
  mann_whitney_p: number | null;
  quantile_edges: number[];
  bin_counts_ref: number[];
  bin_counts_cur: number[];
  psi: number;
  js_distance: number;
  wasserstein: number;
  wasserstein_normalised: number;
  mean_ref: number;
  mean_cur: number;
  std_ref_ddof0: number;
  median_ref: number;
  chi2: number;
  chi2_dof: number;
  chi2_p: number | null;
  min_expected: number;
  cramers_v: number;
  levels: number;
  /** Only where there are few levels. */
  counts?: Record<string, [number, number]>;
}

export interface ReferencePair {
  reference: string;
  current: string;
  columns: Record<string, ReferenceColumn>;
}

/** Folder of the committed fixtures. */
export const fixtureFolder = fileURLToPath(new URL('../fixtures/statistics', import.meta.url));

/** The pairs of samples that a reference_stats.json describes, by name. */
export function referencePairs(folder: string): Record<string, ReferencePair> {
  const file = JSON.parse(readFileSync(join(folder, 'reference_stats.json'), 'utf8'));
  return (file as { drift: Record<string, ReferencePair> }).drift;
}

/** Columns of a CSV file without quotes; the empty text is missing. */
export function readColumns(path: string, columns: Record<string, Pick<ReferenceColumn, 'type'>>): DriftColumn[] {
  const [header = '', ...lines] = readFileSync(path, 'utf8').trimEnd().split(/\r?\n/);
  const rows = lines.map((line) => line.split(','));
  return header.split(',').flatMap((name, index): DriftColumn[] => {
    const texts = rows.map((row) => row[index] || null);
    const type = columns[name]?.type;
    if (type === undefined) return [];
    if (type === 'categorical') return [{ name, kind: 'text', values: texts }];
    const values = Float64Array.from(texts, (text) => (text === null ? Number.NaN : Number(text)));
    return [{ name, kind: 'number', values }];
  });
}
