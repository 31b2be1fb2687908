import type { JobContext } from '../../jobs/job-process.ts';
import { SecretStore } from '../../store/secrets.ts';
import { runGitCloneJob } from './clone-job.ts';
import { parseGitAddress, secretRequest } from './git-place.ts';

interface CloneOrder {
  address: string;
  to: string;
  branch?: string;
  secretVariable?: string;
}

/** Clones where no project is open. @throws GalleyError as `runGitCloneJob` */
export async function cloneProject(
  { address, to, branch, secretVariable }: CloneOrder,
  tools: Pick<JobContext, 'progress' | 'throwIfCanceled'>,
): Promise<Awaited<ReturnType<typeof runGitCloneJob>>> {
  const { place, secret: written } = parseGitAddress(address);
  const kept = await new SecretStore().find(secretRequest(place, secretVariable));
  const secret = written ?? kept.secret;
  const secrets: Record<string, string> = secret === undefined ? {} : { git: secret };
  return runGitCloneJob({ place, to, branch, secretVariable }, { ...tools, secrets });
}
