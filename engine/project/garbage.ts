import type { InputOf, OutputOf } from '../contract/call.ts';
import type { projectCalls } from '../contract/project.ts';
import type { DataPhase } from '../data/index.ts';
import type { EngineContext } from '../jobs/context.ts';

const dayMilliseconds = 86_400_000;

/** Empties the bin and removes what can be made again. Nothing that a running job, a run or a model needs is touched. */
export function collectGarbage(
  context: EngineContext,
  data: Pick<DataPhase, 'purge'>,
  { dryRun = false, olderThanDays }: InputOf<typeof projectCalls.gc>,
): OutputOf<typeof projectCalls.gc> {
  const before = olderThanDays === undefined ? undefined : context.clock.now() - olderThanDays * dayMilliseconds;
  const { comparisons, ...bin } = data.purge({ before, dryRun });
  return { freed: bin.bytes + comparisons, bin, caches: { bytes: comparisons }, dryRun };
}
