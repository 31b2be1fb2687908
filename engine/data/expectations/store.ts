import { isoTime } from '../../base/clock.ts';
import type { CheckReport, CheckResult } from '../../contract/data-expectations.ts';
import type { Database } from '../../store/database.ts';

interface CheckRow {
  dataset: string;
  version: number;
  checked_at: number;
  passed: number;
  accepted: number;
  results: string;
}

export interface NewCheck {
  id: string;
  versionId: string;
  checkedAt: number;
  /** Recorded although expectations that block failed. */
  accepted: boolean;
  results: readonly CheckResult[];
}

const selectChecks = `
  SELECT datasets.name AS dataset, dataset_versions.number AS version, checked_at, passed, accepted, results
  FROM expectation_checks
  JOIN dataset_versions ON dataset_versions.id = version_id
  JOIN datasets ON datasets.id = dataset_id`;

function reportOf(row: CheckRow): CheckReport {
  return {
    dataset: row.dataset,
    version: row.version,
    checkedAt: isoTime(row.checked_at),
    passed: row.passed === 1,
    accepted: row.accepted === 1,
    results: JSON.parse(row.results) as CheckResult[],
  };
}

/** True where no expectation failed; those that could not be checked do not count. */
export function hasPassed(results: readonly CheckResult[]): boolean {
  return results.every((result) => result.passed !== false);
}

/** The SQL of checks. */
export class CheckStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  record(check: NewCheck): void {
    this.#database.run(
      'INSERT INTO expectation_checks (id, version_id, checked_at, passed, accepted, results) VALUES (?, ?, ?, ?, ?, ?)',
      check.id,
      check.versionId,
      check.checkedAt,
      hasPassed(check.results) ? 1 : 0,
      check.accepted ? 1 : 0,
      JSON.stringify(check.results),
    );
  }

  /** The latest check of a version. */
  latest(versionId: string): CheckReport | undefined {
    const row = this.#database.get<CheckRow>(
      `${selectChecks} WHERE version_id = ? ORDER BY checked_at DESC, expectation_checks.rowid DESC LIMIT 1`,
      versionId,
    );
    return row && reportOf(row);
  }

  /** The latest check of each of a dataset's newest versions, oldest version first. */
  history(datasetId: string, versions: number): CheckReport[] {
    return this.#database
      .all<CheckRow>(
        `${selectChecks} WHERE dataset_id = ? AND expectation_checks.rowid =
           (SELECT other.rowid FROM expectation_checks other WHERE other.version_id = expectation_checks.version_id
            ORDER BY other.checked_at DESC, other.rowid DESC LIMIT 1)
         ORDER BY dataset_versions.number DESC LIMIT ?`,
        datasetId,
        versions,
      )
      .map(reportOf)
      .reverse();
  }
}
