import type { Decision } from '../../contract/retrain.ts';
import type { ComparisonArtifact, DecisionArtifact, GateCheck } from '../../contract/retrain-artifacts.ts';
import { decide, unchanged } from '../decision.ts';
import { inputOf, type StepRequest, type StepRunner } from '../execution/step-runner.ts';
import type { StepPhases } from '../step-tools.ts';
import { modelTestsCheck } from './model-tests.ts';

/**
 * Decides whether the challenger may take over: it must be better, and meet what else it is held to. What is refused is
 * written down with the reason; the challenger stays as a version without alias.
 */
export function gateStep(tools: StepPhases): StepRunner {
  return {
    identity: async () => null,
    run: async (request) => {
      const comparison = inputOf(request, 'comparison', 'comparison');
      const ranked = rankedDecision(comparison);
      const checks = ranked.promoted ? await checksOf(tools, request, comparison) : [];
      const output = decisionOf(comparison, ranked, checks);
      const { passed, reason } = output;
      return {
        summary: reason,
        output,
        facts: { passed },
        conclude: () => {
          if (!passed) request.decide(toldDecision(output));
        },
      };
    },
  };
}

/** The decision in the form in which a run tells it; `promoted` once the gate let the challenger pass. */
export function toldDecision({ comparison, passed, reason, checks, by, note }: DecisionArtifact): Decision {
  const { metric, champion, challenger, gain, interval, rows, holdout, labelled } = comparison;
  return {
    ...{ promoted: passed, reason, metric, champion, challenger, gain, interval, rows, holdout, checks },
    ...(labelled && { labelled }),
    ...(by !== undefined && { by }),
    ...(note !== undefined && { note }),
  };
}

function rankedDecision(comparison: ComparisonArtifact): Pick<Decision, 'promoted' | 'reason'> {
  const { champion, challenger, metric, margin, holdout, gain, confidence, rows } = comparison;
  if (champion.version === challenger.version) return unchanged({ champion: champion.version, metric, holdout });
  const interval = comparison.interval as [number, number] | null;
  const found = { champion: champion.value, challenger: challenger.value, gain, interval, confidence, rows };
  return decide({
    champion: champion.version,
    challenger: challenger.version,
    metric,
    margin,
    holdout,
    comparison: found,
  });
}

async function checksOf(tools: StepPhases, request: StepRequest, comparison: ComparisonArtifact): Promise<GateCheck[]> {
  const { model_tests: wanted = true } = request.task.members as { model_tests?: boolean };
  const check = wanted ? await modelTestsCheck({ ...tools, signal: request.signal }, comparison) : undefined;
  return check ? [check] : [];
}

function decisionOf(
  comparison: ComparisonArtifact,
  { promoted, reason }: Pick<Decision, 'promoted' | 'reason'>,
  checks: GateCheck[],
): DecisionArtifact {
  const failed = checks.filter(({ passed }) => !passed);
  const passed = promoted && failed.length === 0;
  const refusal = `Version ${comparison.challenger.version} is not promoted: it is better, but ${failed.map(({ detail }) => detail).join('; ')}.`;
  return { type: 'decision', passed, reason: failed.length > 0 ? refusal : reason, comparison, checks };
}
