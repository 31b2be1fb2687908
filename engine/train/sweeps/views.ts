import { isoTime } from '../../base/clock.ts';
import type { Sweep, Trial, TrialState } from '../../contract/train-sweeps.ts';
import { rankTrials } from './propose.ts';
import type { StoredSweep } from './store.ts';
import { type TrialRecord, toTrial } from './trial.ts';

const goesOn: readonly StoredSweep['state'][] = ['running', 'finishing'];

/** A search as it crosses the border. */
export function toSweep(sweep: StoredSweep, trials: readonly TrialRecord[]): Sweep {
  const { began, plan } = sweep;
  const { search } = plan;
  const shown = toTrials(sweep, trials);
  const count = (state: TrialState) => shown.filter((trial) => trial.state === state).length;
  const best = began && rankTrials(trials, began.folds, began.metric).find(({ state }) => state === 'complete');
  return {
    id: sweep.id,
    number: sweep.number,
    kind: search.kind,
    state: sweep.state,
    jobId: sweep.jobId,
    dataset: { name: sweep.datasetName, version: sweep.datasetVersion },
    target: sweep.target,
    task: began?.task ?? null,
    learners: search.learners.map(({ name }) => name),
    method: search.method,
    halving: search.halving,
    folds: began?.folds ?? (search.folds ?? 0) * (search.repeats ?? 1),
    repeats: search.repeats ?? 1,
    budget: search.budget,
    caps: { cores: search.cores, memory: search.memory },
    metric: began?.metric ?? null,
    seconds: sweep.seconds,
    trials: {
      complete: count('complete'),
      pruned: count('pruned'),
      stopped: count('stopped'),
      failed: count('failed'),
      running: count('running'),
    },
    bestScore: shown.find(({ number }) => number === best?.number)?.score ?? null,
    choices: sweep.choices.map(({ candidates: _, ...choice }) => choice),
    why: sweep.why,
    createdAt: isoTime(sweep.createdAt),
    finishedAt: sweep.finishedAt === null ? null : isoTime(sweep.finishedAt),
  };
}

/** Trials of a search that does not go on do not run: they wait for it to be resumed. */
export function toTrials({ state, began }: StoredSweep, trials: readonly TrialRecord[]): Trial[] {
  return trials.map((record) => {
    const trial = toTrial(record, began?.folds ?? 0);
    if (trial.state !== 'running' || goesOn.includes(state)) return trial;
    return { ...trial, state: 'stopped', why: 'the search ended before it; it goes on when the search is resumed' };
  });
}
