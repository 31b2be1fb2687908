import { GalleyError } from '../../base/errors.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { EvaluationStore } from '../evaluation/store.ts';
import { requireRun } from '../run-references.ts';
import type { RunStore, StoredRun } from '../store.ts';
import type { SweepStore } from '../sweeps/store.ts';

/** What deleting runs works with. */
export interface DeletionTools {
  context: EngineContext;
  runs: RunStore;
  evaluations: EvaluationStore;
  sweeps: SweepStore;
}

/**
 * Removes archived runs for good; their files go when the bin is emptied, or the project is opened. They count still as
 * looks at their holdout, and their numbers are not given again.
 * @throws GalleyError `train.run_not_found`, `train.run_not_archived`, `train.run_in_use`; then all stay
 */
export function deleteRuns(tools: DeletionTools, references: readonly string[]): { id: string; number: number }[] {
  const { context, runs, sweeps } = tools;
  const found = new Map(references.map((reference) => requireRun(runs, reference)).map((run) => [run.id, run]));
  const doomed = [...found.values()];
  for (const run of doomed) requireDeletable(context, run);
  context.database.transaction(() => {
    for (const run of doomed) {
      if (run.detail.search) sweeps.forgetRun(run.detail.search.sweep, run.id);
      removeRun(tools, run);
    }
  });
  return doomed.map(({ id, number }) => ({ id, number }));
}

/** Removes a run that nothing uses, with what it uses; call it in a transaction. */
export function removeRun(
  { context, runs, evaluations }: Omit<DeletionTools, 'sweeps'>,
  { id, number, modelHash, holdoutHash }: StoredRun,
): void {
  const files = [modelHash, holdoutHash, evaluations.hashOf(id) ?? []].flat();
  runs.delete(number);
  context.uses.removeAllOf({ kind: 'run', id });
  context.blobs.release(...files);
}

function requireDeletable(context: EngineContext, { id, number, tracking, modelHash }: StoredRun): void {
  if (tracking.archivedAt === null) {
    throw new GalleyError('train.run_not_archived', `Run ${number} is not archived.`, { details: { run: number } });
  }
  const users = usersOf(context, id);
  if (context.jobs.mentions(modelHash.slice('sha256:'.length + 2))) users.push('a job that has not ended');
  if (users.length === 0) return;
  const message = `Run ${number} cannot be deleted: it is used by ${users.join(', ')}.`;
  throw new GalleyError('train.run_in_use', message, { details: { run: number, users } });
}

/** Versions of models that were packaged of a run, each with the deployments that hold it. */
function usersOf({ uses }: EngineContext, id: string): string[] {
  return uses.usersOf({ kind: 'run', id }).flatMap((user) => {
    const holders = uses.usersOf(user).map(({ kind, label }) => `${kind} ${label}`);
    return [`${user.kind === 'model_version' ? 'model' : user.kind} ${user.label}`, ...holders];
  });
}
