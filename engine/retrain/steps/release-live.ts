import { GalleyError } from '../../base/errors.ts';
import type { Deployment } from '../../contract/deploy.ts';
import type { DecisionArtifact } from '../../contract/retrain-artifacts.ts';
import type { StepRequest } from '../execution/step-runner.ts';
import type { DirectedPhases, StepPhases } from '../step-tools.ts';
import { promote, takeBack } from './promotion.ts';
import { championAlias, findDeployment, type Released } from './released.ts';

const patienceMilliseconds = 10_000;

/**
 * Points the alias at the challenger and waits until the deployment that follows it answers with that version. Where it does
 * not, the alias goes back. An engine that lives for one command runs no deployment, so there is none to wait for.
 * @throws GalleyError `retrain.not_redeployed`, `deploy.breaking_version`
 */
export async function releaseLive(
  tools: StepPhases,
  request: StepRequest,
  decision: DecisionArtifact,
  { deployment: wanted, alias = championAlias }: { deployment?: string; alias?: string },
): Promise<Released> {
  const { model, challenger } = decision.comparison;
  const { version } = challenger;
  promote(tools, request, decision, alias);
  request.log(`${alias} of ${model} is version ${version}`);
  const deployment = await findDeployment(tools.phases, { model, deployment: wanted ?? null, alias });
  const first = `${alias} is version ${version}`;
  const nothingMore =
    deployment === undefined && wanted !== undefined
      ? `there is no deployment ${wanted}`
      : reasonToLeave(deployment, alias, version);
  if (deployment === undefined || nothingMore !== undefined)
    return { deployment: null, alias, summary: `${first}; ${nothingMore ?? ''}` };
  if (deployment.status === 'stopped')
    return {
      deployment,
      alias,
      summary: `${first}; ${deployment.name} answers with it once an engine stays that runs it`,
    };
  request.progress(`waiting for ${deployment.name}`);
  const refusal = await whyNotLive(tools.phases, deployment.name, version);
  if (refusal === null)
    return { deployment, alias, summary: `${first}; ${deployment.name} answers with it at ${deployment.url}` };
  const before = takeBack(tools, request, decision, alias, `${refusal.message}.`);
  await tools.phases.deploy.settled();
  throw new GalleyError('retrain.not_redeployed', `${refusal.message}; ${alias} is version ${before} again.`, {
    details: { deployment: deployment.name, version, answered: refusal.answered },
  });
}

function reasonToLeave(deployment: Deployment | undefined, alias: string, version: number): string | undefined {
  if (deployment === undefined) return `no deployment follows ${alias}`;
  const { name, follows, wanted } = deployment;
  if (follows !== alias) return `${name} follows ${follows ?? `version ${deployment.version}`}, not ${alias}`;
  return wanted === 'stopped' ? `${name} is stopped; it will start with version ${version}` : undefined;
}

/** Null once the deployment answers with the version. */
async function whyNotLive(
  { deploy }: Pick<DirectedPhases, 'deploy'>,
  name: string,
  version: number,
): Promise<{ message: string; answered: number | null } | null> {
  await deploy.settled();
  const { deployments } = await deploy.handlers.list({});
  const deployment = deployments.find((candidate) => candidate.name === name);
  const answered = deployment?.url ? await askVersion(deployment.url) : null;
  if (answered === version) return null;
  const state = answered === null ? 'does not answer' : `answers with version ${answered}`;
  const error = deployment?.error ? `: ${deployment.error.replace(/\.$/, '')}` : '';
  return { message: `${name} ${state} instead of version ${version}${error}`, answered };
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
