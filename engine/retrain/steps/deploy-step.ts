import type { DecisionArtifact } from '../../contract/retrain-artifacts.ts';
import { inputOf, type StepRequest, type StepResult, type StepRunner } from '../execution/step-runner.ts';
import { ProbationStore } from '../probation/probation-store.ts';
import type { StepPhases } from '../step-tools.ts';
import { toldDecision } from './gate-step.ts';
import { releaseBeside } from './release-beside.ts';
import { releaseLive } from './release-live.ts';
import type { Released } from './released.ts';
import { requireSameChampion } from './same-champion.ts';

/** What a step of the kind `deploy` may say beside its inputs. */
interface DeployMembers {
  deployment?: string;
  alias?: string;
  as?: 'live' | 'canary' | 'shadow';
  percent?: number;
  probation?: number;
}

/** Lets the version that was decided for answer: all requests, a share of them, or beside the version that answers. */
export function deployStep(tools: StepPhases): StepRunner {
  const probations = new ProbationStore(tools.context.database);
  return {
    identity: async () => null,
    run: async (request) => {
      const decision = inputOf(request, 'decision', 'decision');
      if (!decision.passed) return stays(decision);
      requireStanding(tools, request, decision);
      const { as = 'live', probation, ...wish } = request.task.members as DeployMembers;
      const released =
        as === 'live'
          ? await releaseLive(tools, request, decision, wish)
          : await releaseBeside(tools, request, decision, { as, ...wish });
      const { model, challenger } = decision.comparison;
      const deployment = released.deployment?.name ?? null;
      return {
        summary: `${released.summary}${probationWords(probation, deployment)}`,
        output: { type: 'deployment', model, version: challenger.version, deployment, as },
        facts: { version: challenger.version, deployment, as },
        conclude: () => {
          if (as !== 'live') request.decide(toldDecision(decision));
          if (probation !== undefined)
            beginProbation(tools, probations, request, { decision, released, as, probation });
        },
      };
    },
  };
}

function probationWords(probation: number | undefined, deployment: string | null): string {
  if (probation === undefined) return '';
  if (deployment === null) return '; it is not on probation, as nothing answers with it';
  return `; on probation for ${probation} labelled requests`;
}

/** @throws GalleyError `retrain.champion_moved`, which the decision says then */
function requireStanding({ phases }: StepPhases, { decide }: StepRequest, decision: DecisionArtifact): void {
  try {
    requireSameChampion(phases, decision.comparison);
  } catch (error) {
    const { challenger } = decision.comparison;
    const reason = `Version ${challenger.version} is not promoted: ${(error as Error).message}`;
    decide(toldDecision({ ...decision, passed: false, reason }));
    throw error;
  }
}

function stays({ comparison }: DecisionArtifact): StepResult {
  return { status: 'skipped', summary: `version ${comparison.champion.version} stays champion`, output: null };
}

function beginProbation(
  { context }: StepPhases,
  probations: ProbationStore,
  { run, task }: StepRequest,
  {
    decision,
    released: { deployment, alias },
    as,
    probation,
  }: { decision: DecisionArtifact; released: Released; as: 'live' | 'canary' | 'shadow'; probation: number },
): void {
  if (deployment === null) return;
  const { model, metric, champion, challenger } = decision.comparison;
  probations.begin(
    {
      run: run.id,
      step: task.name,
      model,
      deploymentId: deployment.id,
      deployment: deployment.name,
      alias,
      version: challenger.version,
      champion: champion.version,
      as,
      metric,
      wanted: probation,
    },
    context.clock.now(),
  );
}
