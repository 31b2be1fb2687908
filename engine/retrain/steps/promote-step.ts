import { GalleyError } from '../../base/errors.ts';
import type { Decision } from '../../contract/retrain.ts';
import type { RunRecord } from '../run-record.ts';
import type { StepOutcome } from '../step-states.ts';
import type { StepTools } from '../step-tools.ts';
import type { StoredPipeline } from '../store.ts';

/** Makes the challenger champion. The alias, the decision and this step's end are written together or not at all. */
export function promoteChallenger(
  { phases }: StepTools,
  { pipeline, decision, record }: { pipeline: StoredPipeline; decision: Decision; record: RunRecord },
): { result: undefined; outcome: StepOutcome; conclude: () => void } {
  const { champion, challenger } = decision;
  return {
    result: undefined,
    outcome: { summary: `champion is version ${challenger.version}, before it was ${champion.version}` },
    conclude: () => {
      phases.packages.moveAlias({
        model: pipeline.model,
        version: challenger.version,
        alias: 'champion',
        by: `pipeline ${pipeline.name}`,
        reason: decision.reason,
      });
      record.decide(decision);
    },
  };
}

/** What is decided where the promotion failed since callers of a deployment may break; undefined for any other error. */
export function refusedForCallers(decision: Decision, error: unknown): Decision | undefined {
  if (!(error instanceof GalleyError) || error.code !== 'deploy.breaking_version') return undefined;
  const { deployment, breaking } = error.details as { deployment: string; breaking: readonly string[] };
  const what = `it is better, but may refuse what callers of ${deployment} send: ${breaking.join('; ')}`;
  return { ...decision, promoted: false, reason: `Version ${decision.challenger.version} is not promoted: ${what}.` };
}
