import { GalleyError } from '../../base/errors.ts';
import type { Deployment } from '../../contract/deploy.ts';
import type { StepOutcome } from '../step-states.ts';
import type { StepTools } from '../step-tools.ts';
import type { StoredPipeline } from '../store.ts';

const patienceMilliseconds = 10_000;

/**
 * Waits until the deployment that follows the alias is swapped, and asks it which version answers.
 * @throws GalleyError `retrain.not_redeployed`
 */
export async function seeRedeployed(
  tools: StepTools,
  pipeline: StoredPipeline,
  version: number,
): Promise<{ result: undefined; outcome: StepOutcome }> {
  const deployment = await findDeployment(tools, pipeline);
  const nothingToDo = reasonToSkip(deployment, version);
  if (deployment === undefined || nothingToDo !== undefined) {
    return { result: undefined, outcome: { status: 'skipped', summary: nothingToDo ?? '' } };
  }
  const live = await requireLive(tools, deployment.name, version);
  return { result: undefined, outcome: { summary: `${live.name} answers with version ${version} at ${live.url}` } };
}

/** The deployment that the pipeline names, else one that follows the model's champion. */
export async function findDeployment(
  { phases }: Pick<StepTools, 'phases'>,
  pipeline: Pick<StoredPipeline, 'deployment' | 'model'>,
): Promise<Deployment | undefined> {
  const { deployments } = await phases.deploy.handlers.list({});
  return pipeline.deployment === null
    ? deployments.find(({ model, follows }) => model === pipeline.model && follows === 'champion')
    : deployments.find(({ name, id }) => name === pipeline.deployment || id === pipeline.deployment);
}

function reasonToSkip(deployment: Deployment | undefined, version: number): string | undefined {
  if (deployment === undefined) return 'no deployment follows champion';
  const { name, follows, wanted } = deployment;
  if (follows !== 'champion') return `${name} follows ${follows ?? `version ${deployment.version}`}, not champion`;
  return wanted === 'stopped' ? `${name} is stopped; it will start with version ${version}` : undefined;
}

async function requireLive({ phases }: StepTools, name: string, version: number): Promise<Deployment> {
  await phases.deploy.settled();
  const { deployments } = await phases.deploy.handlers.list({});
  const deployment = deployments.find((candidate) => candidate.name === name);
  const answered = deployment?.url ? await askVersion(deployment.url) : null;
  if (deployment !== undefined && answered === version) return deployment;
  const state = answered === null ? 'does not answer' : `answers with version ${answered}`;
  const message = `Version ${version} is champion, but ${name} ${state}${deployment?.error ? `: ${deployment.error}` : ''}.`;
  throw new GalleyError('retrain.not_redeployed', message, { details: { deployment: name, version, answered } });
}

/** The version that a prediction server says it answers with; null where it says nothing. */
async function askVersion(url: string): Promise<number | null> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(patienceMilliseconds) });
    const { version } = (await response.json()) as { version?: unknown };
    return typeof version === 'number' ? version : null;
  } catch {
    return null;
  }
}
