import { type StepName, stepNames } from '../contract/retrain.ts';
import type { EngineJobControl } from '../jobs/job-queue.ts';
import type { RunRecord } from './run-record.ts';
import type { StepTools } from './step-tools.ts';
import { compareModels } from './steps/compare-step.ts';
import { takeData } from './steps/data-step.ts';
import { seeRedeployed } from './steps/deploy-step.ts';
import { packageChallenger } from './steps/package-step.ts';
import { promoteChallenger, refusedForCallers } from './steps/promote-step.ts';
import { trainChallenger } from './steps/train-step.ts';
import type { StoredPipeline } from './store.ts';

const words: Record<StepName, string> = {
  data: 'taking the newest data',
  train: 'training the challenger',
  package: 'packaging it',
  compare: 'comparing it with the champion',
  promote: 'promoting it',
  deploy: 'waiting for the deployment',
};

/**
 * Data, train, package, compare, promote, deploy: each step written down as it goes. Where one fails, what the earlier
 * ones made stays (a run, a version) and nothing that serves has changed before `promote`.
 * @throws GalleyError of the step that failed
 */
export async function runPipeline(
  tools: StepTools,
  pipeline: StoredPipeline,
  record: RunRecord,
  progress: EngineJobControl['progress'],
): Promise<void> {
  const step = <Result>(name: StepName, work: Parameters<typeof record.step<Result>>[1]): Promise<Result> => {
    tools.signal.throwIfAborted();
    progress({ phase: words[name], done: stepNames.indexOf(name), total: stepNames.length });
    return record.step(name, work);
  };
  const { handlers } = tools.phases.packages;
  const { version: champion } = await handlers.show({ reference: pipeline.model });
  const championRun = await tools.phases.train.handlers.show({ run: champion.runId });

  const data = await step('data', () => takeData(tools, pipeline));
  const run = await step('train', () => trainChallenger(tools, championRun, data));
  const challenger = await step('package', () => packageChallenger(tools, pipeline.model, run));
  const decision = await step('compare', () =>
    compareModels(tools, { pipeline, data, champion, championRun, challenger, record }),
  );
  if (!decision.promoted) {
    const summary = `version ${champion.version} stays champion`;
    record.skip('promote', summary);
    record.skip('deploy', summary);
    return;
  }
  try {
    await step('promote', async () => promoteChallenger(tools, { pipeline, decision, record }));
  } catch (error) {
    const refused = refusedForCallers(decision, error);
    if (refused) record.decide(refused);
    throw error;
  }
  await step('deploy', () => seeRedeployed(tools, pipeline, challenger.version));
}
