import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '../../engine/contract/jobs.ts';
import { hasEnded, type RunningEngine } from './engine.ts';

/**
 * Resolves once the first fit of a running training has left a checkpoint.
 * @throws where the training was done before: the test needs a longer one.
 */
export async function checkpointed(engine: RunningEngine, project: string, { id }: Job): Promise<void> {
  const folder = join(project, 'run', 'checkpoints', id);
  while (!existsSync(folder) || !readdirSync(folder).includes('fit-0.json')) {
    const { job } = await engine.call<{ job: Job }>('jobs.show', { id });
    if (hasEnded(job)) throw new Error(`the training ended as ${job.state} before its first checkpoint`);
    await sleep(20);
  }
}
