import { GalleyError } from '../../base/errors.ts';
import type { DecisionArtifact } from '../../contract/retrain-artifacts.ts';
import type { StepRequest } from '../execution/step-runner.ts';
import type { StepPhases } from '../step-tools.ts';
import { toldDecision } from './gate-step.ts';

/**
 * Points an alias at the challenger. The alias and the decision are written together or not at all; where the promotion fails
 * since callers of a deployment may break, the decision says so.
 * @throws GalleyError `deploy.breaking_version`, and others of package
 */
export function promote(
  { context, phases }: StepPhases,
  { pipeline, decide }: Pick<StepRequest, 'pipeline' | 'decide'>,
  decision: DecisionArtifact,
  alias: string,
): void {
  const { model, challenger } = decision.comparison;
  try {
    context.database.transaction(() => {
      phases.packages.moveAlias({
        model,
        version: challenger.version,
        alias,
        by: `pipeline ${pipeline.name}`,
        reason: decision.reason,
      });
      decide(toldDecision(decision));
    });
  } catch (error) {
    const reason = refusedForCallers(decision, error);
    if (reason !== undefined) decide(toldDecision({ ...decision, passed: false, reason }));
    throw error;
  }
}

function refusedForCallers({ comparison }: DecisionArtifact, error: unknown): string | undefined {
  if (!(error instanceof GalleyError) || error.code !== 'deploy.breaking_version') return undefined;
  const { deployment, breaking } = error.details as { deployment: string; breaking: readonly string[] };
  const what = `it is better, but may refuse what callers of ${deployment} send: ${breaking.join('; ')}`;
  return `Version ${comparison.challenger.version} is not promoted: ${what}.`;
}
