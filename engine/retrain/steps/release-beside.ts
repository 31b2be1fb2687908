import { GalleyError } from '../../base/errors.ts';
import type { DecisionArtifact } from '../../contract/retrain-artifacts.ts';
import type { StepRequest } from '../execution/step-runner.ts';
import type { StepPhases } from '../step-tools.ts';
import { toldDecision } from './gate-step.ts';
import { refusedForCallers } from './promotion.ts';
import { championAlias, findDeployment, type Released } from './released.ts';

const usualPercent = 10;

export interface BesideWish {
  as: 'canary' | 'shadow';
  deployment?: string;
  alias?: string;
  percent?: number;
}

/**
 * Lets the challenger answer a share of a deployment's requests, or beside the version that answers; no alias moves.
 * @throws GalleyError `retrain.nothing_serves`, and those of `deploy.traffic`
 */
export async function releaseBeside(
  { phases }: StepPhases,
  { decide, task }: StepRequest,
  decision: DecisionArtifact,
  { as, deployment: wanted, alias = championAlias, percent = usualPercent }: BesideWish,
): Promise<Released> {
  const { model, challenger } = decision.comparison;
  const { version } = challenger;
  const deployment = await findDeployment(phases, { model, deployment: wanted ?? null, alias });
  if (deployment === undefined) {
    const missing =
      wanted === undefined ? `no deployment follows ${alias} of ${model}` : `there is no deployment ${wanted}`;
    throw new GalleyError(
      'retrain.nothing_serves',
      `The step ${task.name} makes version ${version} a ${as}, but ${missing}.`,
      { details: { step: task.name, model, deployment: wanted ?? null } },
    );
  }
  const { id, name } = deployment;
  try {
    await phases.deploy.handlers.traffic({
      deployment: name,
      ...(as === 'canary' ? { canary: { version, percent } } : { shadow: version }),
    });
  } catch (error) {
    const reason = refusedForCallers(decision, error);
    if (reason !== undefined) decide(toldDecision({ ...decision, passed: false, reason }));
    throw error;
  }
  const summary =
    as === 'canary'
      ? `version ${version} answers ${percent} % of the requests of ${name}`
      : `version ${version} answers beside version ${deployment.version} of ${name}; no caller sees it`;
  return { deployment: { id, name }, alias: null, summary };
}
