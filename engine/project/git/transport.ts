import type { JobContext } from '../../jobs/job-process.ts';
import type { GitPlace } from './git-place.ts';
import type { Repository } from './repository.ts';

export interface TransportTools {
  repository: Repository;
  secret: string | undefined;
  /** Told how far it is; throws once nobody wants it any more. */
  progress(phase: string, done: number, total: number): void;
}

/** What a fetch found; undefined in a repository without commits. */
export interface Tip {
  branch: string;
  commit: string;
}

/** A way to exchange commits with another repository. */
export interface Transport {
  /**
   * Brings the commits of a branch here; no branch moves by it.
   * @param branch the one that is checked out there where left out
   * @throws GalleyError `project.git_not_found` where there is no such repository or branch
   */
  fetch(branch: string | undefined): Promise<Tip | undefined>;
  /** Makes the branch there what it is here. @throws GalleyError `project.git_behind`, `project.git_busy`, `project.git_push_refused` */
  push(branch: string, head: string): Promise<void>;
}

/** Only the way that is asked for is loaded; it ends when its job is canceled. */
export async function openTransport(
  place: GitPlace,
  repository: Repository,
  { progress, throwIfCanceled, secrets }: Pick<JobContext, 'progress' | 'throwIfCanceled' | 'secrets'>,
): Promise<Transport> {
  const tools: TransportTools = {
    repository,
    secret: secrets.git,
    progress: (phase, done, total) => {
      throwIfCanceled();
      progress({ phase, done, total });
    },
  };
  if (place.kind === 'folder') {
    const { FolderTransport } = await import('./folder-transport.ts');
    return new FolderTransport(place.path, tools);
  }
  const { WebTransport } = await import('./web-transport.ts');
  return new WebTransport(place.url, place.user, tools);
}
