import { desktop } from './bridge.ts';
import type { Workspace } from './workspace.svelte.ts';

/** Opens another project in this window. @throws ClientError what kept it from being opened */
export async function openProject(workspace: Workspace, path: string, create = false): Promise<void> {
  const bridge = desktop();
  if (bridge) await bridge.openProject(path, create);
  else location.href = (await workspace.client.call('project.open', { path, create })).url;
}
