import type { GalleyError } from '../../base/errors.ts';
import type { Run } from '../../contract/train.ts';
import type { ProcessWork } from '../../jobs/job-queue.ts';
import { compareByMetric } from '../metrics.ts';
import {
  commitRuns,
  jobInputOf,
  type TrainingBase,
  type TrainingResult,
  type TrainingTools,
  warningsOf,
} from '../run-work.ts';
import { runEnvironment } from '../tracking/environment.ts';
import type { AnswerFolders } from './answer-folders.ts';
import type { Offer } from './offer.ts';
import type { StoredSweep, SweepStore } from './store.ts';
import type { SweepJobInput, SweepJobOutput, SweepReport } from './sweep-job.ts';
import { toSweep, toTrials } from './views.ts';

export interface SearchResult extends TrainingResult {
  sweep: string;
}

/** What a search's work needs of the phase. */
export interface SweepTools extends TrainingTools {
  sweeps: SweepStore;
  answers: AnswerFolders;
  /** Ids of searches whose job was told to end so that they can go on later. */
  pausing: Set<string>;
}

/** The work of a search, from its start or from where it was left. Its state and trials are kept while it goes on. */
export function sweepWork(
  tools: SweepTools,
  sweep: StoredSweep,
  training: TrainingBase,
): ProcessWork<SweepJobOutput, SearchResult> {
  const { context, runs: runStore, evaluations, sweeps, curves, answers, pausing } = tools;
  const { search } = sweep.plan;
  const environment = runEnvironment(context);
  const input: SweepJobInput = {
    ...jobInputOf(training),
    plan: search,
    evaluation: sweep.plan.evaluation,
    earlier: sweeps.trials(sweep.id),
    secondsBefore: sweep.seconds,
    answersFolder: answers.place(sweep.id),
  };
  let current = sweep;
  const save = (change: Partial<StoredSweep>) => {
    current = { ...current, ...change };
    sweeps.update(current);
  };
  const tell = (changed: Parameters<typeof toTrials>[1]) => {
    const event = { sweep: toSweep(current, sweeps.trials(current.id)), trials: toTrials(current, changed) };
    context.events.publish({ type: 'sweep.changed', ...event });
  };
  return {
    kind: 'train.sweep',
    title: titleOf(sweep),
    input,
    onReport(message, jobId) {
      const report = message as SweepReport;
      if (report.type === 'curve') {
        curves.add(jobId, report.curve);
        context.events.publish({ type: 'fit.advanced', jobId, curve: report.curve });
        return;
      }
      context.database.transaction(() => {
        if (report.type === 'began') save({ began: report.began });
        else if (report.type === 'finishing')
          save({ state: 'finishing', seconds: report.seconds, choices: open(report.offers) });
        else {
          sweeps.saveTrials(current.id, report.trials);
          save({ seconds: report.seconds });
        }
      });
      tell(report.type === 'trials' ? report.trials : []);
    },
    async commit(output, stagingFolder, jobId) {
      const made = await commitRuns(
        { context, store: runStore, evaluations, plan: training, environment: await environment },
        output,
        stagingFolder,
        jobId,
        {
          searchOf: (index) => searchOf(current, output.offers[index] as Offer),
          within: (runs) => {
            const choices = output.offers.map((offer, index) => ({ ...offer, run: runs[index]?.id ?? null }));
            save({ state: 'succeeded', choices, finishedAt: context.clock.now() });
          },
        },
      );
      curves.forget(jobId);
      answers.remove(sweep.id);
      tell([]);
      return { runs: made, best: bestByValidation(made), warnings: warningsOf(output), sweep: current.id };
    },
    abandon(error: GalleyError, jobId) {
      curves.forget(jobId);
      const isPaused = pausing.delete(current.id);
      const state = isPaused ? 'paused' : error.kind === 'canceled' ? 'canceled' : 'failed';
      if (state === 'failed') answers.remove(sweep.id);
      save({ state, why: state === 'failed' ? error.message : null, finishedAt: context.clock.now() });
      tell([]);
    },
  };
}

function open(offers: readonly Offer[]): StoredSweep['choices'] {
  return offers.map((offer) => ({ ...offer, run: null }));
}

function titleOf({ plan, datasetName, datasetVersion }: StoredSweep): string {
  const { kind, learners } = plan.search;
  const what = kind === 'auto' ? 'Find a model' : `Search ${learners.map(({ name }) => name).join(', ')}`;
  return `${what} on ${datasetName}@${datasetVersion}`;
}

function searchOf({ id }: StoredSweep, { roles, score, standardError }: Offer): NonNullable<Run['search']> {
  return { sweep: id, roles, score, standardError };
}

/** By cross-validation: the holdout has no say in it. */
function bestByValidation(runs: readonly Run[]): Run {
  const [best] = runs.toSorted((left, right) =>
    compareByMetric(left.metric, left.search?.score ?? null, right.search?.score ?? null),
  );
  return best as Run;
}
