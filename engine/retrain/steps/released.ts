import type { Deployment } from '../../contract/deploy.ts';
import type { DirectedPhases } from '../step-tools.ts';

export const championAlias = 'champion';

/** How a version was released. */
export interface Released {
  /** Null where nothing answers with it. */
  deployment: Pick<Deployment, 'id' | 'name'> | null;
  /** The alias that was moved; null where none was. */
  alias: string | null;
  /** In words, for people. */
  summary: string;
}

/** The deployment that is named, else one that follows the model's alias. */
export async function findDeployment(
  phases: Pick<DirectedPhases, 'deploy'>,
  { model, deployment, alias = championAlias }: { model: string; deployment: string | null; alias?: string },
): Promise<Deployment | undefined> {
  const { deployments } = await phases.deploy.handlers.list({});
  return deployment === null
    ? deployments.find((one) => one.model === model && one.follows === alias)
    : deployments.find(({ name, id }) => name === deployment || id === deployment);
}
