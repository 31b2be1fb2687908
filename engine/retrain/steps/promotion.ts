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

/**
 * Points the alias back where it pointed before, since the version does not serve. The alias and the decision are written
 * together or not at all; an alias that points elsewhere by now stays.
 * @returns the version that it points at
 */
export function takeBack(
  { context, phases }: StepPhases,
  { pipeline, decide }: Pick<StepRequest, 'pipeline' | 'decide'>,
  decision: DecisionArtifact,
  alias: string,
  because: string,
): number {
  const { model, champion, challenger } = decision.comparison;
  return context.database.transaction(() => {
    const by = `pipeline ${pipeline.name}`;
    const wish = { model, alias, from: challenger.version, to: champion.version, by, reason: because };
    const version = aliasBack(phases.packages, wish);
    const reason = `Version ${challenger.version} is not promoted: ${because} ${alias} is version ${version} again.`;
    decide(toldDecision({ ...decision, passed: false, reason }));
    return version;
  });
}

/**
 * Points an alias from a version back at the one before it, within the caller's transaction where there is one; at `to` where
 * there was none before. One that points elsewhere by now stays.
 * @returns the version that it points at
 */
export function aliasBack(
  packages: Pick<StepPhases['phases']['packages'], 'resolve' | 'moveAlias' | 'rollBackAlias'>,
  {
    model,
    alias,
    from,
    to,
    by,
    reason,
  }: { model: string; alias: string; from: number; to: number; by: string; reason: string },
): number {
  const now = packages.resolve(`${model}@${alias}`).version.version;
  if (now !== from) return now;
  try {
    return packages.rollBackAlias({ model, alias, by, reason }).version;
  } catch (error) {
    if (!(error instanceof GalleyError) || error.code !== 'package.no_previous_version') throw error;
    packages.moveAlias({ model, alias, version: to, by, reason, acceptBreaking: true });
    return to;
  }
}

export function refusedForCallers({ comparison }: DecisionArtifact, error: unknown): string | undefined {
  if (!(error instanceof GalleyError) || error.code !== 'deploy.breaking_version') return undefined;
  const { deployment, breaking } = error.details as { deployment: string; breaking: readonly string[] };
  const what = `it is better, but may refuse what callers of ${deployment} send: ${breaking.join('; ')}`;
  return `Version ${comparison.challenger.version} is not promoted: ${what}.`;
}
