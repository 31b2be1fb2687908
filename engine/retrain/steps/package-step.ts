import type { OutputOf } from '../../contract/call.ts';
import type { ModelVersion, packageCalls } from '../../contract/package.ts';
import type { Run } from '../../contract/train.ts';
import type { StepOutcome } from '../step-states.ts';
import { jobResult, type StepTools } from '../step-tools.ts';

/** Makes a version of the run; where the run has one in this model, that one is taken. */
export async function packageChallenger(
  tools: StepTools,
  model: string,
  run: Run,
): Promise<{ result: ModelVersion; outcome: StepOutcome }> {
  const known = await findVersion(tools, model, run);
  if (known) {
    return { result: known, outcome: { cached: true, summary: `run ${run.number} is version ${known.version}` } };
  }
  const { handlers } = tools.phases.packages;
  const added = await jobResult<OutputOf<typeof packageCalls.add>>(tools, () => handlers.add({ run: run.id, model }));
  const { version } = await handlers.show({ reference: `${model}@${added.version}` });
  const summary = `version ${version.version}, ${version.onnx.bytes} bytes, parity holds on ${version.parity.rows} rows`;
  return { result: version, outcome: { summary } };
}

async function findVersion({ phases }: StepTools, model: string, run: Run): Promise<ModelVersion | undefined> {
  const { models } = await phases.packages.handlers.list({});
  return models.find(({ name }) => name === model)?.versions.find(({ runId }) => runId === run.id);
}
