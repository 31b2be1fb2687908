import type { CheckResult } from '../../contract/data-expectations.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { DataStore } from '../store.ts';
import { blockingFailures } from './refusal.ts';

/** Keeps what the expectations found with a new version; call it in the transaction that inserts the version. */
export function recordChecks(
  context: EngineContext,
  store: DataStore,
  version: { id: string; createdAt: number },
  results: readonly CheckResult[] | null,
): void {
  if (results === null) return;
  const accepted = blockingFailures(results).length > 0;
  store.checks.record({
    id: context.newId('chk'),
    versionId: version.id,
    checkedAt: version.createdAt,
    accepted,
    results,
  });
}
