import type { JobContext } from '../../jobs/job-process.ts';
import { trackingRef } from './fetch-job.ts';
import type { GitPlace } from './git-place.ts';
import { Repository } from './repository.ts';
import { openTransport } from './transport.ts';

export interface PushInput {
  folder: string;
  place: GitPlace;
  branch: string;
  head: string;
}

/** Sends the commits that the other side lacks. */
export async function runGitPushJob(input: PushInput, job: JobContext): Promise<{ sent: boolean }> {
  const { folder, place, branch, head } = input;
  const repository = new Repository(folder);
  const transport = await openTransport(place, repository, job);
  const before = await repository.resolve(trackingRef(branch));
  job.progress({ phase: 'sending', done: 0, total: 0 });
  await transport.push(branch, head);
  await repository.setRef(trackingRef(branch), head);
  return { sent: before !== head };
}
