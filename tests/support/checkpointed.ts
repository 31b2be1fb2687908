import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '../../engine/contract/jobs.ts';

/** Resolves once the first fit of a running training has left a checkpoint. */
export async function checkpointed(project: string, job: Job): Promise<void> {
  const folder = join(project, 'run', 'checkpoints', job.id);
  while (!existsSync(folder) || !readdirSync(folder).includes('fit-0.json')) await sleep(20);
}
