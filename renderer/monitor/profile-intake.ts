import { takenFile } from '../client/taken-file.ts';
import type { Workspace } from '../client/workspace.svelte.ts';
import { formatQuantity } from '../ui/format.ts';

/** Puts the profile of a server elsewhere on the time axis of a deployment, and tells what came of it. */
export async function bringProfile(workspace: Workspace, deployment: string, file: string | File): Promise<void> {
  const holding = new AbortController();
  try {
    const taken = await takenFile(file, workspace.client, holding.signal);
    const path = (await taken.whole()) as string;
    const { elsewhere, added } = await workspace.client.call('monitor.importProfile', { file: path, deployment });
    workspace.notices.add({
      tone: 'good',
      title: `${elsewhere.name} stands beside ${deployment}`,
      detail:
        added === 0
          ? 'All of its rows were known already.'
          : `${formatQuantity(added, 'row')} of hours that were not known before.`,
    });
  } catch (thrown) {
    workspace.report(thrown);
  }
  holding.abort();
}
