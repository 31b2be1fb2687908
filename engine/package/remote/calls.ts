import type { Job } from '../../contract/jobs.ts';
import type { ModelSelection, ModelTransfer, packageRemoteCalls } from '../../contract/package-remotes.ts';
import type { RemoteStore } from '../../data/index.ts';
import type { Handlers } from '../../jobs/context.ts';
import type { EngineJobControl } from '../../jobs/job-queue.ts';
import type { Sources } from '../views.ts';
import { pullVersions } from './pull.ts';
import { pushVersions } from './push.ts';

type Transferring = (
  sources: Sources,
  remote: RemoteStore,
  selection: ModelSelection,
  control: EngineJobControl,
) => Promise<Omit<ModelTransfer, 'remote'>>;

export function packageRemoteHandlers(sources: Sources): Handlers<typeof packageRemoteCalls> {
  const { context, data } = sources;

  const start = async (kind: string, title: string, input: ModelSelection, transfer: Transferring): Promise<Job> => {
    const remote = await data.openRemote(input.remote);
    const { remotes } = await data.handlers.remotes({});
    const name = input.remote ?? remotes[0]?.name ?? '';
    const run = async (control: EngineJobControl): Promise<ModelTransfer> => {
      try {
        return { remote: name, ...(await transfer(sources, remote, input, control)) };
      } finally {
        await remote.close();
      }
    };
    return context.jobs.direct({ kind, title: `${title} ${name}`, input, run });
  };
  const named = ({ models }: ModelSelection) => models?.join(', ') ?? 'all models';

  return {
    push: (input) => start('package.push', `Push ${named(input)} to`, input, pushVersions),
    pull: (input) => start('package.pull', `Pull ${named(input)} from`, input, pullVersions),
  };
}
