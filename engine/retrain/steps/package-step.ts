import { GalleyError } from '../../base/errors.ts';
import { count } from '../../base/words.ts';
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
  await jobResult<OutputOf<typeof packageCalls.add>>(tools, () => handlers.add({ run: run.id, model }));
  const version = await findVersion(tools, model, run);
  if (!version) {
    throw new GalleyError(
      'package.version_not_found',
      `Run ${run.number} was packaged, but ${model} has no version of it.`,
    );
  }
  const summary = `version ${version.version}, ${count(version.onnx.bytes, 'byte')}, parity holds on ${count(version.parity.rows, 'row')}`;
  return { result: version, outcome: { summary } };
}

/** The model's version of a run: of several the champion, else the newest. */
async function findVersion({ phases }: StepTools, model: string, run: Run): Promise<ModelVersion | undefined> {
  const { models } = await phases.packages.handlers.list({ archived: 'with' });
  const versions = models.find(({ name }) => name === model)?.versions.filter(({ runId }) => runId === run.id);
  return versions?.find(({ aliases }) => aliases.includes('champion')) ?? versions?.at(-1);
}
