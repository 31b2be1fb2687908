import type { Finding } from '../../engine/contract/data-findings.ts';
import type { Relations } from '../../engine/contract/data-relations.ts';
import { runExamineJob } from '../../engine/data/findings/examine-job.ts';
import { runRelationsJob } from '../../engine/data/relations/relations-job.ts';
import type { ImportedVersion } from '../../engine/data/versions/import-job.ts';
import { jobContext } from './import-files.ts';

const now = Date.UTC(2026, 0, 1);

function tableOf({ parts, rows, profile }: ImportedVersion) {
  return { paths: parts.map((part) => part.file), rows, profile };
}

/** Findings of an imported version on the first day of 2026. */
export function examineHere(version: ImportedVersion, keyColumns: string[] = []): Promise<Finding[]> {
  return runExamineJob({ ...tableOf(version), keyColumns, now }, jobContext());
}

/** Relations of an imported version. */
export function relateHere(
  version: ImportedVersion,
  target: string | null,
  timeColumn: string | null = null,
): Promise<Relations> {
  return runRelationsJob({ ...tableOf(version), target, timeColumn }, jobContext());
}
