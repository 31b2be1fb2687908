import { dayMilliseconds } from '../base/clock.ts';
import { GalleyError } from '../base/errors.ts';
import type { InputOf, OutputOf } from '../contract/call.ts';
import type { projectCalls } from '../contract/project.ts';
import type { DataPhase } from '../data/index.ts';
import type { EngineContext } from '../jobs/context.ts';
import type { PackagePhase } from '../package/index.ts';
import type { TrainPhase } from '../train/index.ts';

/** Empties the bin and removes what can be made again, checkpoints of trainings and answers of searches that do not run among it. Nothing that a running job, a run or a model needs is touched. */
export function collectGarbage(
  context: EngineContext,
  {
    data,
    train,
    packages,
  }: {
    data: Pick<DataPhase, 'purge'>;
    train: Pick<TrainPhase, 'purge'>;
    packages: Pick<PackagePhase, 'purge'>;
  },
  { dryRun = false, olderThanDays }: InputOf<typeof projectCalls.gc>,
): OutputOf<typeof projectCalls.gc> {
  const isBackedUp = context.jobs
    .list()
    .some(({ kind, state }) => kind === 'project.backup' && (state === 'running' || state === 'queued'));
  if (isBackedUp && !dryRun) {
    throw new GalleyError('project.backup_running', 'A backup of the project is being written and needs its files.');
  }
  const before = olderThanDays === undefined ? undefined : context.clock.now() - olderThanDays * dayMilliseconds;
  // First what takes no room to remove, for the disk may be full.
  const rows = context.rowCache.clear(dryRun);
  const trainings = train.purge({ before, dryRun });
  const ofModels = packages.purge({ before, dryRun });
  // Sweeps the files of both.
  const { comparisons, ...ofData } = data.purge({ before, dryRun });
  const bin = {
    ...ofData,
    bytes: ofData.bytes + ofModels.bytes,
    models: ofModels.models,
    modelVersions: ofModels.versions,
  };
  const caches = { bytes: comparisons + rows + trainings };
  return { freed: bin.bytes + caches.bytes, bin, caches, dryRun };
}
