import { join } from 'node:path';
import { canonicalJson, type Json } from '../../base/canonical-json.ts';
import { GalleyError } from '../../base/errors.ts';
import type { OutputOf } from '../../contract/call.ts';
import {
  type EvaluationPart,
  type EvaluationReport,
  type evaluationCalls,
  evaluationParts,
  type RunDifference,
  usualParts,
} from '../../contract/train-evaluation.ts';
import type { Problem } from '../../contract/values.ts';
import type { DataPhase } from '../../data/index.ts';
import type { EngineContext, Handlers } from '../../jobs/context.ts';
import type { ProcessWork } from '../../jobs/job-queue.ts';
import { requireTrainedHere } from '../adopted/adoption.ts';
import { requireClass } from '../classes.ts';
import type { DependenceJobInput, ExplainJobInput } from '../explain/explain-job.ts';
import { openRun } from '../holdout-dataset.ts';
import { rankingMetric } from '../metrics.ts';
import {
  type ModelTestFile,
  readModelTests,
  testFileName,
  testText,
  writeModelTests,
} from '../model-tests/test-file.ts';
import { testWords } from '../model-tests/test-schema.ts';
import { planOf } from '../reproduce.ts';
import { requireRun } from '../run-references.ts';
import { jobInput } from '../run-work.ts';
import type { RunStore, StoredRun } from '../store.ts';
import type { DifferenceJobInput } from './difference-job.ts';
import type { EvaluateJobInput, EvaluateJobOutput } from './evaluate-job.ts';
import type { EvaluationWish } from './evaluate-run.ts';
import type { SubjectInput } from './load-subject.ts';
import { withParts } from './merge-parts.ts';
import type { EvaluationStore } from './store.ts';
import { chooseInThread } from './threshold-thread.ts';

/** The tests of a target for a run that is judged now: a file that cannot be read is a warning. */
export function testsFor(projectPath: string, target: string): Pick<EvaluationWish, 'tests' | 'warnings'> {
  try {
    return { tests: readModelTests(projectPath, target) };
  } catch (error) {
    if (!(error instanceof GalleyError)) throw error;
    const problem: Problem = { code: error.code, message: `The tests were not run. ${error.message}` };
    return { tests: null, warnings: [problem] };
  }
}

/** The calls about how good a run is and why. */
export function evaluationHandlers(
  context: EngineContext,
  data: DataPhase,
  store: RunStore,
  evaluations: EvaluationStore,
): Handlers<typeof evaluationCalls> {
  const { blobs, jobs, project } = context;

  const subjectInput = async (run: StoredRun): Promise<SubjectInput> => {
    const version = await openRun(data, run);
    return {
      training: jobInput(planOf(run, version)),
      modelPath: blobs.path(run.modelHash),
      holdoutPath: blobs.path(run.holdoutHash),
    };
  };

  const evaluateWork = async <Result>(
    run: StoredRun,
    wish: EvaluationWish,
    result: (report: EvaluationReport) => Result,
  ): Promise<ProcessWork<EvaluateJobOutput, Result>> => {
    const subject = await subjectInput(run);
    const before = evaluations.hashOf(run.id);
    const input: EvaluateJobInput = { ...subject, wish, ...(before && { beforePath: blobs.path(before) }) };
    return {
      kind: 'train.evaluate',
      title: `Evaluate run ${run.number}`,
      input,
      async commit({ report, file }, stagingFolder) {
        const adopted = await blobs.adopt(join(stagingFolder, file));
        const saved = context.database.transaction(() => {
          const now = context.clock.now();
          const other = evaluations.hashOf(run.id) === before ? undefined : evaluations.find(run.id);
          evaluations.save(run.id, adopted, now);
          if (other === undefined) return report;
          // Another evaluation of the run ended meanwhile: its other parts hold.
          const merged = { ...withParts(other, report, wish.parts), warnings: report.warnings };
          evaluations.save(run.id, blobs.put(canonicalJson(merged as unknown as Json)), now);
          return merged;
        });
        context.events.publish({ type: 'phase.changed', phase: 'train', subject: run.id });
        return result(saved);
      },
    };
  };

  /** Work whose output is the answer, with nothing to keep. */
  const look = <Output>(kind: string, title: string, input: unknown): ProcessWork<Output, Output> => ({
    kind,
    title,
    input,
    commit: (output) => output,
  });

  return {
    async evaluation({ run }) {
      return { evaluation: evaluations.find(requireRun(store, run).id) ?? null };
    },

    async evaluate({ run: reference, parts = [...usualParts], sensitive, favourable }) {
      const run = requireRun(store, reference);
      if (parts.includes('intervals') && run.recipe.task !== 'regression') {
        const message = `Run ${run.number} is a ${run.recipe.task} and has no prediction intervals.`;
        throw new GalleyError('train.not_regression', message);
      }
      if (parts.some((part) => part === 'intervals' || part === 'learning_curve')) requireTrainedHere(run);
      if (favourable !== undefined && run.recipe.task === 'regression') requireClass([], favourable);
      const before = evaluations.find(run.id);
      const wish: EvaluationWish = {
        parts: inOrder(sensitive === undefined ? parts : [...parts, 'fairness']),
        sensitive: sensitive ?? before?.fairness.map(({ by }) => by) ?? [],
        favourable: favourable ?? before?.fairness[0]?.favourable ?? undefined,
        ...testsFor(project.path, run.recipe.target),
      };
      return jobs.submit(await evaluateWork(run, wish, (evaluation) => ({ evaluation })));
    },

    async threshold({ run: reference, rule }) {
      const run = requireRun(store, reference);
      if (run.recipe.task !== 'binary') {
        throw new GalleyError('train.not_binary', `Run ${run.number} is a ${run.recipe.task} and has no threshold.`);
      }
      return chooseInThread({ holdoutPath: blobs.path(run.holdoutHash), rule, seed: run.recipe.seed });
    },

    async explain({ run: reference, rows, values, class: scored }) {
      const run = requireRun(store, reference);
      if ((rows === undefined) === (values === undefined)) {
        throw new GalleyError('call.invalid_input', 'Give either rows or values.');
      }
      const input: ExplainJobInput = { ...(await subjectInput(run)), rows, values, class: scored };
      const work = look<OutputOf<typeof evaluationCalls.explain>['explanations']>(
        'train.explain',
        `Explain run ${run.number}`,
        input,
      );
      return jobs.submit({ ...work, commit: (explanations) => ({ explanations }) });
    },

    async dependence({ run: reference, column, class: scored }) {
      const run = requireRun(store, reference);
      const input: DependenceJobInput = { ...(await subjectInput(run)), column, class: scored };
      const title = `Dependence of run ${run.number} on ${column}`;
      const work = look<OutputOf<typeof evaluationCalls.dependence>['dependence']>('train.dependence', title, input);
      return jobs.submit({ ...work, commit: (dependence) => ({ dependence }) });
    },

    async difference({ first, second, metric: wanted }) {
      const [left, right] = [requireRun(store, first), requireRun(store, second)];
      requireComparable(left, right);
      const metric = wanted === undefined ? left.metric : rankingMetric(left.recipe.task, wanted);
      const side = (run: StoredRun) => ({
        number: run.number,
        modelPath: blobs.path(run.modelHash),
        holdoutPath: blobs.path(run.holdoutHash),
      });
      const input: DifferenceJobInput = { first: side(left), second: side(right), metric };
      return jobs.submit(
        look<RunDifference>('train.difference', `Compare runs ${left.number} and ${right.number}`, input),
      );
    },

    async test({ run: reference }) {
      const run = requireRun(store, reference);
      const tests = readModelTests(project.path, run.recipe.target);
      if (tests === null) {
        const file = testFileName(run.recipe.target);
        throw new GalleyError(
          'train.no_tests',
          `The project has no tests for "${run.recipe.target}": there is no ${file}.`,
          {
            details: { file },
          },
        );
      }
      const work = await evaluateWork(run, { parts: ['tests'], tests }, (report) => {
        if (report.tests === null) throw new TypeError('The tests were not run.');
        return report.tests;
      });
      return jobs.submit({ ...work, title: `Test run ${run.number}` });
    },

    async tests({ target }) {
      const text = testText(project.path, target) ?? '';
      const tests = text === '' ? null : readModelTests(project.path, target);
      return { text, ...described(target, tests) };
    },

    async saveTests({ target, text }) {
      return described(target, writeModelTests(project.path, target, text));
    },
  };
}

function described(target: string, tests: ModelTestFile | null) {
  return {
    file: testFileName(target),
    tests: (tests?.tests ?? []).map((test) => ({ name: test.name, says: testWords(test) })),
  };
}

/** Each once; what builds on another part comes after it. */
function inOrder(parts: readonly EvaluationPart[]): EvaluationPart[] {
  return evaluationParts.filter((part) => parts.includes(part));
}

/** @throws GalleyError `train.not_comparable` */
function requireComparable(left: StoredRun, right: StoredRun): void {
  const { dataset, target, task } = left.recipe;
  if (right.recipe.dataset === dataset && right.recipe.target === target && right.recipe.task === task) return;
  const message = `Run ${left.number} predicts ${target} of ${left.datasetName}@${left.datasetVersion}, run ${right.number} ${right.recipe.target} of ${right.datasetName}@${right.datasetVersion}.`;
  throw new GalleyError('train.not_comparable', message);
}
