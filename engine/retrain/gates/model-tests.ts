import { count } from '../../base/words.ts';
import type { ComparisonArtifact, GateCheck } from '../../contract/retrain-artifacts.ts';
import type { ModelTests } from '../../contract/train-model-tests.ts';
import { jobResult } from '../../jobs/job-result.ts';
import type { StepTools } from '../step-tools.ts';

/**
 * Whether a challenger passes the project's tests of its target; undefined where there are none.
 * @throws GalleyError `train.invalid_tests` where they cannot be read
 */
export async function modelTestsCheck(
  tools: StepTools,
  { model, challenger }: ComparisonArtifact,
): Promise<GateCheck | undefined> {
  const { train, packages } = tools.phases;
  const { version } = await packages.handlers.show({ reference: `${model}@${challenger.version}` });
  const { text } = await train.handlers.tests({ target: version.target });
  if (text === '') return undefined;
  const { file, results } = await jobResult<ModelTests>(tools, () => train.handlers.test({ run: version.runId }));
  const failed = results.filter(({ passed }) => passed !== true);
  if (failed.length === 0)
    return { name: 'model tests', passed: true, detail: `${count(results.length, 'test')} in ${file} passed` };
  const which = failed.map(({ name, found }) => `${name} (${found.replace(/\.$/, '')})`).join('; ');
  return {
    name: 'model tests',
    passed: false,
    detail: `${count(failed.length, 'test')} in ${file} did not pass: ${which}`,
  };
}
