import { GalleyError } from '../../base/errors.ts';
import { count } from '../../base/words.ts';
import type { CheckReport, CheckResult } from '../../contract/data-expectations.ts';
import type { DatasetArtifact } from '../../contract/retrain-artifacts.ts';
import { jobResult } from '../../jobs/job-result.ts';
import { inputOf, type StepResult, type StepRunner } from '../execution/step-runner.ts';
import type { StepPhases } from '../step-tools.ts';
import { referenceOf } from './dataset-artifact.ts';

/** Failures that a message names. */
const namedFailures = 5;

/** Holds rows to what is expected of their dataset. It always runs: how fresh rows are, and what they refer to, is of now. */
export function checkStep(tools: StepPhases): StepRunner {
  const { handlers } = tools.phases.data;
  return {
    identity: async () => null,
    run: async (request) => {
      const data = inputOf(request, 'data', 'dataset');
      const { exists } = await handlers.expectations({ dataset: data.dataset });
      if (!exists) return nothingExpected(data);
      const report = await jobResult<CheckReport>({ ...tools, signal: request.signal }, () =>
        handlers.check({ reference: referenceOf(data) }),
      );
      for (const { says, passed, found } of report.results) request.log(`${verdictOf(passed)}: ${says} ${found}`);
      return resultOf(data, report);
    },
  };
}

function nothingExpected(data: DatasetArtifact): StepResult {
  const { dataset } = data;
  return {
    summary: `Nothing is expected of ${dataset} yet, so nothing was checked: write expectations/${dataset}.yaml.`,
    output: data,
    facts: { passed: 0, failed: 0, unknown: 0 },
  };
}

/** @throws GalleyError `retrain.expectations_failed` */
function resultOf(data: DatasetArtifact, { results }: CheckReport): StepResult {
  const failed = results.filter(({ passed }) => passed === false);
  if (failed.length > 0) throw expectationsFailed(data, failed);
  const passed = results.filter((result) => result.passed === true).length;
  const unknown = results.length - passed;
  const left = unknown === 0 ? '' : `; ${unknown} could not be checked`;
  return {
    summary: `${referenceOf(data)} meets ${count(passed, 'expectation')}${left}`,
    output: data,
    facts: { passed, failed: 0, unknown },
  };
}

function expectationsFailed(data: DatasetArtifact, failed: readonly CheckResult[]): GalleyError {
  const named = failed.slice(0, namedFailures).map(({ says, found }) => `${says} ${found}`);
  const more = failed.length > named.length ? ` And ${failed.length - named.length} more.` : '';
  const message = `${referenceOf(data)} does not meet ${count(failed.length, 'expectation')}: ${named.join(' ')}${more}`;
  return new GalleyError('retrain.expectations_failed', message, {
    details: { dataset: data.dataset, version: data.version, failed: failed.map(({ key }) => key) },
  });
}

function verdictOf(passed: boolean | null): string {
  if (passed === null) return 'not checked';
  return passed ? 'met' : 'not met';
}
