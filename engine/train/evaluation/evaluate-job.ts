import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { canonicalJson, type Json } from '../../base/canonical-json.ts';
import type { EvaluationReport } from '../../contract/train-evaluation.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { type EvaluationWish, evaluateRun } from './evaluate-run.ts';
import { loadSubject, type SubjectInput } from './load-subject.ts';
import { learningCurve, predictionIntervals } from './refits.ts';
import type { EvaluationControl } from './subject.ts';

export interface EvaluateJobInput extends SubjectInput {
  wish: EvaluationWish;
  /** The evaluation of before, whose other parts are kept. */
  beforePath?: string;
}

export interface EvaluateJobOutput {
  report: EvaluationReport;
  /** In the staging folder. */
  file: string;
}

/** Makes parts of a run's evaluation, all else staying as it was. */
export async function runEvaluateJob(input: EvaluateJobInput, job: JobContext): Promise<EvaluateJobOutput> {
  const loaded = await loadSubject(input, job);
  const before =
    input.beforePath === undefined
      ? undefined
      : (JSON.parse(readFileSync(input.beforePath, 'utf8')) as EvaluationReport);
  const { parts } = input.wish;
  let report = await evaluateRun(loaded.subject, input.wish, controlOf(job), before);
  if (parts.includes('intervals') && report.regression !== null) {
    const intervals = await predictionIntervals(loaded, input.training, job);
    report = { ...report, regression: { ...report.regression, intervals } };
  }
  if (parts.includes('learning_curve')) {
    report = { ...report, learningCurve: await learningCurve(loaded, input.training, job) };
  }
  const file = 'evaluation.json';
  writeFileSync(join(job.stagingFolder, file), canonicalJson(report as unknown as Json));
  return { report, file };
}

/** Lets the word that the job is canceled come in between steps. */
export function controlOf(job: JobContext): EvaluationControl {
  return {
    throwIfCanceled: job.throwIfCanceled,
    breathe: async () => {
      await setImmediate();
    },
    progress: (done, total) => job.progress({ phase: 'evaluating', done, total }),
  };
}
