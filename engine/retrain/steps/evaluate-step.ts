import { jsonHash } from '../../base/canonical-json.ts';
import { figure } from '../../base/figures.ts';
import { metricName } from '../../base/words.ts';
import type { OutputOf } from '../../contract/call.ts';
import type { Facts } from '../../contract/retrain-artifacts.ts';
import type { trainCalls } from '../../contract/train.ts';
import type { Estimate } from '../../contract/train-estimates.ts';
import type { EvaluationReport } from '../../contract/train-evaluation.ts';
import type { FairnessReport } from '../../contract/train-fairness.ts';
import { jobResult } from '../../jobs/job-result.ts';
import { inputOf, type StepRequest, type StepRunner } from '../execution/step-runner.ts';
import type { StepPhases } from '../step-tools.ts';
import { runStands } from './run-artifact.ts';

/** What a step of the kind `evaluate` may say beside its inputs. */
interface EvaluateMembers {
  slices?: string[];
  sensitive?: string[];
}

/** Judges a run by its holdout: metrics with intervals, the groups of columns, fairness, and the project's tests. */
export function evaluateStep(tools: StepPhases): StepRunner {
  const { handlers, stored } = tools.phases.train;
  return {
    identity: async (request) => {
      const { target } = stored(inputOf(request, 'run', 'run').run).recipe;
      return { tests: jsonHash((await handlers.tests({ target })).text) };
    },
    run: async (request) => {
      const { run, number } = inputOf(request, 'run', 'run');
      const members = request.task.members as EvaluateMembers;
      const report = await evaluationOf(tools, request, run, members);
      const lines = [report.headline.title, report.headline.detail, ...linesOf(report)];
      for (const line of lines) request.log(line);
      return {
        summary: `run ${number}: ${report.headline.title}`,
        output: { type: 'evaluation', run, figures: figuresOf(report), lines },
        facts: factsOf(report, members),
      };
    },
    stands: async (artifact) =>
      artifact.type === 'evaluation' &&
      artifact.run !== null &&
      runStands(tools, { type: 'run', run: artifact.run, number: 0 }),
  };
}

/** Made anew, so that it is of the tests and columns that are wanted now. */
async function evaluationOf(
  tools: StepPhases,
  { signal }: StepRequest,
  run: string,
  { slices = [], sensitive = [] }: EvaluateMembers,
): Promise<EvaluationReport> {
  const columns = [...new Set([...sensitive, ...slices])];
  const { evaluation } = await jobResult<OutputOf<typeof trainCalls.evaluate>>({ ...tools, signal }, () =>
    tools.phases.train.handlers.evaluate({ run, ...(columns.length > 0 && { sensitive: columns }) }),
  );
  return evaluation;
}

function figuresOf({ metrics, fairness }: EvaluationReport): Facts {
  const groups = fairness.flatMap(({ by, groups: all }) =>
    all.flatMap(({ group, figures }) =>
      Object.entries(figures).map(([name, { value }]) => [`${name} of ${by} = ${group}`, value] as const),
    ),
  );
  const differences = fairness.flatMap((report) =>
    Object.entries(report.differences).map(([name, { value }]) => [`${name} by ${report.by}`, value] as const),
  );
  return Object.fromEntries([...metrics.map(({ name, value }) => [name, value] as const), ...groups, ...differences]);
}

/** Each metric with the ends of its interval; the error that is gone; the worst group; the largest differences; the tests. */
function factsOf({ metrics, headline, fairness, tests }: EvaluationReport, members: EvaluateMembers): Facts {
  const results = tests?.results ?? [];
  return {
    ...Object.fromEntries(metrics.flatMap((metric) => estimateFacts(metric.name, metric))),
    ...Object.fromEntries(estimateFacts('gain', headline.gain)),
    ...worstGroup(fairness, members.slices ?? []),
    ...worstDifferences(fairness, members.sensitive ?? []),
    tests_passed: results.filter(({ passed }) => passed === true).length,
    tests_failed: results.filter(({ passed }) => passed !== true).length,
  };
}

function estimateFacts(name: string, { value, low, high }: Estimate): [string, number | null][] {
  return [
    [name, value],
    [`${name}_low`, low],
    [`${name}_high`, high],
  ];
}

/** Of all groups of the columns the lowest accuracy, or the largest mean error. */
function worstGroup(fairness: readonly FairnessReport[], columns: readonly string[]): Facts {
  const groups = fairness.filter(({ by }) => columns.includes(by)).flatMap((report) => report.groups);
  const values = (name: string) => groups.flatMap(({ figures }) => figures[name]?.value ?? []);
  const [accuracies, errors] = [values('accuracy'), values('mae')];
  return {
    ...(accuracies.length > 0 && { worst_accuracy: Math.min(...accuracies) }),
    ...(errors.length > 0 && { worst_mae: Math.max(...errors) }),
  };
}

/** Of all columns the largest difference, and the lowest ratio. */
function worstDifferences(fairness: readonly FairnessReport[], columns: readonly string[]): Facts {
  const worst: Record<string, number> = {};
  for (const { by, differences } of fairness) {
    if (!columns.includes(by)) continue;
    for (const [name, { value }] of Object.entries(differences)) {
      if (value === null) continue;
      const before = worst[name] ?? value;
      worst[name] = name.endsWith('_ratio') ? Math.min(before, value) : Math.max(before, value);
    }
  }
  return worst;
}

function linesOf({ metrics, slices, fairness, tests, warnings }: EvaluationReport): string[] {
  return [
    ...metrics.map((metric) => `${metricName(metric.name)} ${estimateWords(metric)}`),
    ...(slices?.slices ?? []).map(
      ({ says, rows, loss }) => `Worse than elsewhere: ${says}, ${rows} rows, ${estimateWords(loss)}.`,
    ),
    ...fairness.map(({ says }) => says),
    ...(tests?.results ?? []).map(
      ({ name, passed, found }) => `${passed === true ? 'passed' : 'not passed'}: ${name}. ${found}`,
    ),
    ...warnings.map(({ message }) => message),
  ];
}

function estimateWords({ value, low, high }: Estimate): string {
  if (value === null) return 'is undefined';
  return low === null || high === null
    ? figure(value)
    : `${figure(value)} (95 % interval ${figure(low)} to ${figure(high)})`;
}
