import type { InputOf, OutputOf } from '../../contract/call.ts';
import type { Split, trainCalls } from '../../contract/train.ts';
import { jobResult } from '../../jobs/job-result.ts';
import { durationOf } from '../definition/duration.ts';
import { inputOf, optionalInput, type StepRequest, type StepRunner } from '../execution/step-runner.ts';
import type { StepPhases } from '../step-tools.ts';
import { referenceOf } from './dataset-artifact.ts';
import { newestWindow } from './row-window.ts';
import { runResult, runStands } from './run-artifact.ts';

type SearchInput = InputOf<typeof trainCalls.run>;

/** What a step of the kind `sweep` may say beside its inputs. */
interface SweepMembers {
  target: string;
  learners?: string[];
  features?: string[];
  trials?: number;
  budget?: string;
  window?: string;
  metric?: string;
  seed?: number;
}

/** Where a search among named learners ends that is told neither trials nor a budget. */
const usualTrials = 20;
const everyLearner = 'auto';

/** Searches learners and their parameters by cross-validation; the best becomes the run. */
export function sweepStep(tools: StepPhases): StepRunner {
  const { handlers } = tools.phases.train;
  return {
    identity: async () => ({}),
    stands: async (artifact) => artifact.type === 'run' && runStands(tools, artifact),
    run: async (request) => {
      const { learners = [everyLearner], ...input } = await searchInput(tools, request);
      const { best, sweep, warnings } = await jobResult<OutputOf<typeof trainCalls.sweep>>(
        { ...tools, signal: request.signal },
        () =>
          learners.includes(everyLearner)
            ? handlers.run({ ...input, learners })
            : handlers.sweep({ budget: { trials: usualTrials }, ...input, learners }),
      );
      for (const { message } of warnings) request.log(message);
      const trials = sweep === undefined ? null : await endedTrials(tools, sweep);
      const result = runResult(best);
      return {
        ...result,
        summary: trials === null ? result.summary : `${result.summary}, the best of ${trials} trials`,
        facts: { ...result.facts, trials },
      };
    },
  };
}

async function searchInput({ phases }: StepPhases, request: StepRequest): Promise<SearchInput> {
  const { trials, budget, window, ...members } = request.task.members as unknown as SweepMembers;
  const data = inputOf(request, 'data', 'dataset');
  const reference = referenceOf(data);
  const split: Split | undefined = optionalInput(request, 'split', 'split')?.split;
  const { target, learners, features, metric, seed } = members;
  const limits = {
    ...(trials !== undefined && { trials }),
    ...(budget !== undefined && { seconds: durationOf(budget) / 1000 }),
  };
  return {
    reference,
    target,
    ...(learners && { learners }),
    ...(features && { features }),
    ...(Object.keys(limits).length > 0 && { budget: limits }),
    ...(window !== undefined && {
      window: newestWindow(await phases.data.handlers.show({ reference }), durationOf(window)),
    }),
    ...(split && { split }),
    ...(metric !== undefined && { metric }),
    ...(seed !== undefined && { seed }),
  };
}

/** Trials that were scored, pruned, stopped or failed. */
async function endedTrials({ phases }: StepPhases, sweep: string): Promise<number> {
  const { complete, pruned, stopped, failed } = (await phases.train.handlers.showSweep({ sweep })).sweep.trials;
  return complete + pruned + stopped + failed;
}
