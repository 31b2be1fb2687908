import type { DataUser } from '../../../engine/contract/data-history.ts';
import { address, navigate, parseAddress } from '../../client/address.ts';
import { asClientError } from '../../client/client-error.ts';
import type { Workspace } from '../../client/workspace.svelte.ts';
import { formatBytes } from '../../ui/format.ts';

/** What its user wants to delete although something uses it; the window asks once more. */
export interface WishToDelete {
  reference: string;
  usedBy: readonly DataUser[];
}

class Deleting {
  wish = $state.raw<WishToDelete | undefined>();
}

/** One for the window: a dialog shows it wherever the deleting began. */
export const deleting = new Deleting();

/** Puts a version (`NAME@3`) or a dataset into the bin and offers to undo it; asks where something uses it. */
export async function deleteVersions(workspace: Workspace, reference: string, force = false): Promise<void> {
  try {
    const { bytes, id } = await workspace.client.call('data.delete', { reference, force });
    deleting.wish = undefined;
    leave(reference);
    workspace.notices.add({
      tone: 'information',
      title: `${reference} is in the bin`,
      detail: `Emptying the bin would free ${formatBytes(bytes)}.`,
      action: { label: 'Undo', run: () => void restoreFromBin(workspace, id) },
    });
  } catch (thrown) {
    const { report } = asClientError(thrown);
    if (report.code !== 'data.in_use') workspace.report(thrown);
    else {
      const usedBy = (report.details.usedBy ?? []) as DataUser[];
      deleting.wish = { reference, usedBy };
    }
  }
}

/** Goes on where what was deleted is looked at: to the other versions, or to the other datasets. */
function leave(reference: string): void {
  const [name = '', version] = reference.split('@', 2);
  const route = parseAddress(location.hash);
  if (version === undefined) navigate(address.data());
  else if (route.page === 'dataset' && route.name === name && route.version === Number(version))
    navigate(address.dataset(name, undefined, route.tab));
}

/**
 * Takes a version or a dataset out of the bin, a dataset under another name where one is given.
 * @param ontaken called instead of a report where another dataset has its name by now
 */
export async function restoreFromBin(
  workspace: Workspace,
  reference: string,
  { name, ontaken }: { name?: string; ontaken?: () => void } = {},
): Promise<void> {
  try {
    const order = { reference, ...(name === undefined ? {} : { name }) };
    const restored = await workspace.client.call('data.restore', order);
    workspace.notices.add({ tone: 'good', title: `${restored.reference} is back` });
  } catch (thrown) {
    if (ontaken && asClientError(thrown).report.code === 'data.name_taken') ontaken();
    else workspace.report(thrown);
  }
}
