import type { Workspace } from '../../client/workspace.svelte.ts';
import { formatQuantity } from '../../ui/format.ts';

/** Puts runs into the archive; the notice takes them out again. */
export async function archiveRuns(workspace: Workspace, runs: readonly string[]): Promise<void> {
  await move(workspace, 'train.archive', runs, 'archived', () => void restoreRuns(workspace, runs));
}

/** Takes runs out of the archive; the notice puts them back. */
export async function restoreRuns(workspace: Workspace, runs: readonly string[]): Promise<void> {
  await move(workspace, 'train.restore', runs, 'back in the list', () => void archiveRuns(workspace, runs));
}

async function move(
  workspace: Workspace,
  call: 'train.archive' | 'train.restore',
  runs: readonly string[],
  done: string,
  undo: () => void,
): Promise<void> {
  try {
    await workspace.client.call(call, { runs: [...runs] });
    const title = `${formatQuantity(runs.length, 'run')} ${done}`;
    workspace.notices.add({ tone: 'information', title, action: { label: 'Undo', run: undo } });
  } catch (thrown) {
    workspace.report(thrown);
  }
}
