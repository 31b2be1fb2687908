import { address, navigate } from '../../client/address.ts';
import type { Workspace } from '../../client/workspace.svelte.ts';

/** Puts a model (`price`) or a version (`price@3`) out of sight, and offers to undo it. */
export async function archive(workspace: Workspace, reference: string): Promise<void> {
  try {
    await workspace.client.call('package.archive', { reference });
    workspace.notices.add({
      tone: 'information',
      title: `${reference} is archived`,
      action: { label: 'Undo', run: () => void unarchive(workspace, reference) },
    });
  } catch (thrown) {
    workspace.report(thrown);
  }
}

export async function unarchive(workspace: Workspace, reference: string): Promise<void> {
  try {
    await workspace.client.call('package.unarchive', { reference });
    workspace.notices.add({ tone: 'good', title: `${reference} is in the lists again` });
  } catch (thrown) {
    workspace.report(thrown);
  }
}

/** Puts a model or a version into the bin, and offers to undo it. */
export async function moveToBin(workspace: Workspace, reference: string): Promise<void> {
  try {
    await workspace.client.call('package.delete', { reference });
    const [model = '', version] = reference.split('@');
    navigate(version === undefined ? address.package() : address.package(model));
    workspace.notices.add({
      tone: 'information',
      title: `${reference} is in the bin`,
      action: { label: 'Undo', run: () => void restore(workspace, reference) },
    });
  } catch (thrown) {
    workspace.report(thrown);
  }
}

export async function restore(workspace: Workspace, reference: string): Promise<void> {
  try {
    const restored = await workspace.client.call('package.restore', { reference });
    workspace.notices.add({ tone: 'good', title: `${restored.reference} is back` });
  } catch (thrown) {
    workspace.report(thrown);
  }
}
