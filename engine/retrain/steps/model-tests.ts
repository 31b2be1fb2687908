import { count } from '../../base/words.ts';
import type { ModelVersion } from '../../contract/package.ts';
import type { ModelTests } from '../../contract/train-model-tests.ts';
import { jobResult, type StepTools } from '../step-tools.ts';

/**
 * Why the project's tests of its target forbid to promote a version; undefined where they do not, or there are none.
 * @throws GalleyError `train.invalid_tests` where they cannot be read
 */
export async function refusalByTests(
  tools: StepTools,
  { runId, target, version }: ModelVersion,
): Promise<string | undefined> {
  const { handlers } = tools.phases.train;
  const { text } = await handlers.tests({ target });
  if (text === '') return undefined;
  const { file, results } = await jobResult<ModelTests>(tools, () => handlers.test({ run: runId }));
  const failed = results.filter(({ passed }) => passed !== true);
  if (failed.length === 0) return undefined;
  const which = failed.map(({ name, found }) => `${name} (${found.replace(/\.$/, '')})`).join('; ');
  return `Version ${version} is not promoted: it is better, but ${count(failed.length, 'test')} in ${file} did not pass: ${which}.`;
}
