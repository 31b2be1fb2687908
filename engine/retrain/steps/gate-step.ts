import type { Decision } from '../../contract/retrain.ts';
import type { ComparisonArtifact, DecisionArtifact, GateCheck } from '../../contract/retrain-artifacts.ts';
import { decide, unchanged } from '../decision.ts';
import { inputOf, type StepRunner } from '../execution/step-runner.ts';
import { type GateMembers, gateChecks } from '../gates/checks.ts';
import type { StepPhases } from '../step-tools.ts';

/**
 * Decides whether the challenger may take over: it must be better, and meet what else it is held to. All is looked at, so that
 * a refusal names every reason. What is refused is written down with them; the challenger stays as a version without alias.
 */
export function gateStep(tools: StepPhases): StepRunner {
  return {
    identity: async () => null,
    run: async (request) => {
      const comparison = inputOf(request, 'comparison', 'comparison');
      const { signal, task, log } = request;
      const ranked = rankedDecision(comparison);
      const isItself = comparison.champion.version === comparison.challenger.version;
      const checks = isItself ? [] : await gateChecks({ ...tools, signal }, task.members as GateMembers, comparison);
      for (const { name, passed, detail } of checks) log(`${name}: ${passed ? 'passed' : 'not passed'}: ${detail}`);
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

function decisionOf(
  comparison: ComparisonArtifact,
  { promoted, reason }: Pick<Decision, 'promoted' | 'reason'>,
  checks: GateCheck[],
): DecisionArtifact {
  const failed = checks.filter(({ passed }) => !passed).map(({ detail }) => detail);
  const passed = promoted && failed.length === 0;
  return { type: 'decision', passed, reason: reasonOf(), comparison, checks };

  function reasonOf(): string {
    if (failed.length === 0) return reason;
    if (!promoted) return `${reason} Besides, ${failed.join('; ')}.`;
    return `Version ${comparison.challenger.version} is not promoted: it is better, but ${failed.join('; ')}.`;
  }
}
