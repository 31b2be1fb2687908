import { isoTimeOrNull } from '../../base/clock.ts';
import type { Approval } from '../../contract/retrain-approval.ts';
import type { DecisionArtifact } from '../../contract/retrain-artifacts.ts';
import { ApprovalStore } from '../approval/approval-store.ts';
import { inWords } from '../approval/approvals.ts';
import { durationOf } from '../definition/duration.ts';
import { inputOf, type StepRequest, type StepResult, type StepRunner } from '../execution/step-runner.ts';
import type { StepPhases } from '../step-tools.ts';
import { toldDecision } from './gate-step.ts';

/** Waits for a person: the run pauses, and goes on once it is answered. What the gate refused nobody is asked about. */
export function approveStep(tools: StepPhases): StepRunner {
  const store = new ApprovalStore(tools.context.database);
  return {
    identity: async () => null,
    run: async (request) => {
      const decision = inputOf(request, 'decision', 'decision');
      if (!decision.passed)
        return { summary: 'nothing to approve: the gate refused it', output: decision, facts: { passed: false } };
      const asked = store.find(request.run.id, request.task.name);
      if (asked === undefined) return ask(tools, store, request, decision);
      if (asked.state === 'waiting') return paused(decision, asked.until);
      return answered(tools, request, decision, asked);
    },
  };
}

function ask(
  { context }: StepPhases,
  store: ApprovalStore,
  { run, task, pipeline }: StepRequest,
  decision: DecisionArtifact,
): StepResult {
  const { within } = task.members as { within?: string };
  const now = context.clock.now();
  const until = within === undefined ? null : now + durationOf(within);
  const { model, challenger } = decision.comparison;
  const tell = () => {
    if (store.find(run.id, task.name) === undefined) return;
    context.events.publish({
      type: 'approval.asked',
      run: run.id,
      pipeline: pipeline.name,
      step: task.name,
      title: `${model}: version ${challenger.version} waits for your approval`,
      detail: decision.reason,
    });
  };
  return {
    ...paused(decision, isoTimeOrNull(until)),
    conclude: () => {
      store.ask(run.id, task.name, now, until);
      // After this turn the transaction has ended, well or not.
      queueMicrotask(tell);
    },
  };
}

/** With the evidence, which later steps do not see yet. */
function paused(decision: DecisionArtifact, until: Approval['until']): StepResult {
  const end = until === null ? '' : ` until ${until}`;
  return { status: 'paused', summary: `waits for a person${end}`, output: decision };
}

function answered(
  { context }: StepPhases,
  { run, task, decide }: StepRequest,
  decision: DecisionArtifact,
  approval: Approval,
): StepResult {
  const { state, by, reason } = approval;
  const passed = state === 'approved';
  const { challenger } = decision.comparison;
  const output: DecisionArtifact = {
    ...decision,
    passed,
    ...(!passed && { reason: `Version ${challenger.version} is not promoted: ${inWords(approval)}.` }),
    ...(by !== null && { by }),
    ...(by !== null && reason !== null && { note: reason }),
  };
  return {
    summary: inWords(approval),
    output,
    facts: { passed },
    conclude: () => {
      if (!passed) decide(toldDecision(output));
      queueMicrotask(() => context.events.publish({ type: 'approval.answered', run: run.id, step: task.name }));
    },
  };
}
