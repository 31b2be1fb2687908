import type { ErrorReport } from '../../../engine/contract/errors.ts';

/** A column that seems to give the target away, and what speaks for it. */
export interface Suspect {
  column: string;
  why: string;
}

/** The columns that a training stopped for; none where the report is about something else. */
export function suspectsOf(report: ErrorReport | undefined): Suspect[] {
  if (report?.code !== 'train.suspected_leak') return [];
  const { columns = [], findings = [] } = report.details as {
    columns?: string[];
    findings?: { columns: string[]; evidence: string }[];
  };
  return [...new Set(columns)].map((column) => ({
    column,
    why: findings
      .filter((finding) => finding.columns.includes(column))
      .map(({ evidence }) => evidence)
      .join(' '),
  }));
}
