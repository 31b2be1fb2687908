import { GalleyError } from '../../base/errors.ts';
import type { Deployment } from '../../contract/deploy.ts';
import type { DecisionArtifact } from '../../contract/retrain-artifacts.ts';
import { inputOf, type StepRequest, type StepResult, type StepRunner } from '../execution/step-runner.ts';
import type { DirectedPhases, StepPhases } from '../step-tools.ts';
import { promote } from './promotion.ts';

const patienceMilliseconds = 10_000;
const championAlias = 'champion';

/** What a step of the kind `deploy` may say beside its inputs. */
interface DeployMembers {
  deployment?: string;
  alias?: string;
}

/** Lets the version that was decided for answer: the alias points at it, and the deployment that follows it has swapped. */
export function deployStep(tools: StepPhases): StepRunner {
  return {
    identity: async () => null,
    run: async (request) => {
      const decision = inputOf(request, 'decision', 'decision');
      if (!decision.passed) return stays(decision);
      const { alias = championAlias, deployment } = request.task.members as DeployMembers;
      const { model, challenger } = decision.comparison;
      promote(tools, request, decision, alias);
      request.log(`${alias} of ${model} is version ${challenger.version}`);
      const name = await seeRedeployed(
        tools,
        request,
        { model, deployment: deployment ?? null, alias },
        challenger.version,
      );
      return {
        summary: name.summary,
        output: { type: 'deployment', model, version: challenger.version, deployment: name.deployment },
        facts: { version: challenger.version, deployment: name.deployment },
      };
    },
  };
}

function stays({ comparison }: DecisionArtifact): StepResult {
  return { status: 'skipped', summary: `version ${comparison.champion.version} stays champion`, output: null };
}

interface Served {
  model: string;
  deployment: string | null;
  alias: string;
}

/**
 * Waits until the deployment that follows the alias is swapped, and asks it which version answers.
 * @throws GalleyError `retrain.not_redeployed`
 */
async function seeRedeployed(
  { phases }: StepPhases,
  request: StepRequest,
  served: Served,
  version: number,
): Promise<{ deployment: string | null; summary: string }> {
  const deployment = await findDeployment(phases, served);
  const first = `${served.alias} is version ${version}`;
  const nothingMore = reasonToLeave(deployment, served.alias, version);
  if (deployment === undefined || nothingMore !== undefined)
    return { deployment: null, summary: `${first}; ${nothingMore ?? ''}` };
  request.progress(`waiting for ${deployment.name}`);
  const live = await requireLive(phases, deployment.name, version);
  return { deployment: live.name, summary: `${first}; ${live.name} answers with it at ${live.url}` };
}

/** The deployment that is named, else one that follows the model's alias. */
export async function findDeployment(
  phases: Pick<DirectedPhases, 'deploy'>,
  { model, deployment, alias = championAlias }: Omit<Served, 'alias'> & { alias?: string },
): Promise<Deployment | undefined> {
  const { deployments } = await phases.deploy.handlers.list({});
  return deployment === null
    ? deployments.find((one) => one.model === model && one.follows === alias)
    : deployments.find(({ name, id }) => name === deployment || id === deployment);
}

function reasonToLeave(deployment: Deployment | undefined, alias: string, version: number): string | undefined {
  if (deployment === undefined) return `no deployment follows ${alias}`;
  const { name, follows, wanted } = deployment;
  if (follows !== alias) return `${name} follows ${follows ?? `version ${deployment.version}`}, not ${alias}`;
  return wanted === 'stopped' ? `${name} is stopped; it will start with version ${version}` : undefined;
}

async function requireLive(
  { deploy }: Pick<DirectedPhases, 'deploy'>,
  name: string,
  version: number,
): Promise<Deployment> {
  await deploy.settled();
  const { deployments } = await deploy.handlers.list({});
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
