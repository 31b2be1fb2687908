import { address, navigate } from '../client/address.ts';
import type { Workspace } from '../client/workspace.svelte.ts';

/** Runs the pipeline that renews a deployment, else that of its model, and shows the runs. */
export async function retrainDeployment(
  workspace: Workspace,
  deployment: { name: string; model: string },
  reason: string,
): Promise<void> {
  try {
    const { pipelines } = await workspace.client.call('retrain.list', { steps: false, limit: 0 });
    const pipeline =
      pipelines.find((one) => one.renewal?.deployment === deployment.name) ??
      pipelines.find((one) => one.models.includes(deployment.model));
    if (pipeline) await workspace.start('retrain.run', { pipeline: pipeline.name, reason });
    navigate(address.retrain(undefined, { pipeline: pipeline?.name }));
  } catch (thrown) {
    workspace.report(thrown);
  }
}
