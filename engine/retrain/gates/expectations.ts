import { count } from '../../base/words.ts';
import type { CheckReport } from '../../contract/data-expectations.ts';
import type { GateCheck } from '../../contract/retrain-artifacts.ts';
import { jobResult } from '../../jobs/job-result.ts';
import type { StepTools } from '../step-tools.ts';

/** Whether a version of a dataset meets all that is expected of it, checked anew; those that only warn count as well. */
export async function expectationsCheck(tools: StepTools, reference: string): Promise<GateCheck> {
  const { data } = tools.phases;
  const name = 'data expectations';
  const { expectations, problem } = await data.handlers.expectations({ dataset: reference.split('@', 1)[0] as string });
  if (problem)
    return { name, passed: false, detail: `the expectations of ${reference} cannot be read: ${problem.message}` };
  if (expectations.length === 0) return { name, passed: true, detail: `nothing is expected of ${reference}` };
  const { results } = await jobResult<CheckReport>(tools, () => data.handlers.check({ reference }));
  const failed = results.filter(({ passed }) => passed !== true);
  if (failed.length === 0)
    return { name, passed: true, detail: `${reference} meets ${count(results.length, 'expectation')}` };
  const which = failed.map(({ says, found }) => `${says.replace(/\.$/, '')} (${found.replace(/\.$/, '')})`).join('; ');
  return { name, passed: false, detail: `${reference} does not meet ${count(failed.length, 'expectation')}: ${which}` };
}
