import type { Sweep, SweepChoice, Trial } from '../../../engine/contract/train-sweeps.ts';
import { formatMetric } from '../../ui/figure-words.ts';
import { formatDuration, formatQuantity } from '../../ui/format.ts';
import { metricTitle } from '../../ui/words.ts';

/** How a state is coloured. */
type Tone = 'good' | 'warning' | 'bad' | 'information' | 'idle';

export const sweepTones: Record<Sweep['state'], Tone> = {
  running: 'information',
  finishing: 'information',
  paused: 'idle',
  interrupted: 'warning',
  canceled: 'idle',
  failed: 'bad',
  succeeded: 'good',
};

export const sweepStateWords: Record<Sweep['state'], string> = {
  running: 'searching',
  finishing: 'fitting the chosen ones',
  paused: 'paused',
  interrupted: 'interrupted',
  canceled: 'stopped',
  failed: 'failed',
  succeeded: 'finished',
};

export const trialTones: Record<Trial['state'], Tone> = {
  running: 'information',
  complete: 'good',
  pruned: 'idle',
  stopped: 'idle',
  failed: 'bad',
};

export const trialStateWords: Record<Trial['state'], string> = {
  running: 'running',
  complete: 'complete',
  pruned: 'pruned',
  stopped: 'stopped',
  failed: 'failed',
};

/** Can be gone on with: its trials and what is left of its budget are kept. */
export function isResumable({ state }: Pick<Sweep, 'state'>): boolean {
  return state === 'paused' || state === 'interrupted' || state === 'canceled';
}

export function isSearching({ state }: Pick<Sweep, 'state'>): boolean {
  return state === 'running' || state === 'finishing';
}

/** `3 learners by TPE with halving, 5 folds, at most 1 min` */
export function describeSearch(sweep: Sweep): string {
  const methods = { grid: 'on a grid', random: 'at random', tpe: 'by TPE' };
  const { seconds, trials } = sweep.budget;
  const limits = [
    ...(seconds === undefined ? [] : [`at most ${formatDuration(seconds)}`]),
    ...(trials === undefined ? [] : [`at most ${formatQuantity(trials, 'trial')}`]),
  ];
  const way = `${sweep.learners.join(', ')} ${methods[sweep.method]}${sweep.halving ? ' with successive halving' : ''}`;
  return [way, `${sweep.folds} folds`, ...limits].join(', ');
}

/** Share of the budget that is used, from 0 to 1; undefined where it has none. */
export function shareUsed({ budget, seconds, trials }: Sweep): number | undefined {
  const tried = trials.complete + trials.pruned + trials.stopped + trials.failed;
  const shares = [
    ...(budget.seconds === undefined ? [] : [seconds / budget.seconds]),
    ...(budget.trials === undefined ? [] : [tried / budget.trials]),
  ];
  return shares.length === 0 ? undefined : Math.min(1, Math.max(...shares));
}

/** `trees leads with ROC AUC 0.872 after 41 trials` */
export function leadWords(sweep: Sweep, trials: readonly Trial[]): { before: string; figure: string; after: string } {
  const metric = sweep.metric;
  const best = metric === null ? undefined : bestTrial(trials, metric.lowerIsBetter);
  const count = formatQuantity(trials.filter((trial) => trial.state !== 'running').length, 'trial');
  if (!metric || !best) {
    const before = isSearching(sweep) ? 'No trial is complete yet' : 'It ended before a trial was complete';
    return { before, figure: '', after: '' };
  }
  return {
    before: `${best.learner} ${isSearching(sweep) ? 'leads with' : 'did best with'} `,
    figure: `${metricTitle(metric.name)} ${formatMetric(metric.name, best.score)}`,
    after: ` after ${count}`,
  };
}

export function bestTrial(trials: readonly Trial[], lowerIsBetter: boolean): Trial | undefined {
  const complete = trials.filter((trial) => trial.score !== null);
  return complete.toSorted((a, b) => (lowerIsBetter ? 1 : -1) * ((a.score ?? 0) - (b.score ?? 0)))[0];
}

/** What is worked on at this moment. */
export function workingOn(trials: readonly Trial[]): string {
  const running = trials.filter((trial) => trial.state === 'running');
  if (running.length === 0) return '';
  return running.map((trial) => `${trial.learner}, trial ${trial.number}${rungWords(trial)}`).join('; ');
}

/** `, 25 % of its rounds` of a trial on a rung; its fold where it is measured with everything. */
export function rungWords({ rungs, folds }: Pick<Trial, 'rungs' | 'folds'>): string {
  if (folds.length > 0) return `, ${folds.length === 1 ? '1 fold' : `${folds.length} folds`} done`;
  const last = rungs.at(-1);
  return last === undefined ? '' : `, measured at ${Math.round(last.share * 100)} %`;
}

const roleTitles = { best: 'Best', simplest: 'Simplest within one standard error', blend: 'Blend' };

/** What a choice is offered as; one may be several. */
export function choiceTitle({ roles }: SweepChoice): string {
  return roles.map((role, index) => (index === 0 ? roleTitles[role] : roleTitles[role].toLowerCase())).join(', ');
}

/** The best score so far after each complete trial, by the seconds of the search. */
export function bestSoFar(trials: readonly Trial[], lowerIsBetter: boolean): [seconds: number, score: number][] {
  const ended = trials
    .flatMap((trial) => (trial.score === null ? [] : [[endOf(trial), trial.score] as [number, number]]))
    .sort(([a], [b]) => a - b);
  let best: number | undefined;
  return ended.flatMap(([at, score]) => {
    if (best !== undefined && (lowerIsBetter ? score >= best : score <= best)) return [];
    best = score;
    return [[at, score] as [number, number]];
  });
}

/** When a trial was about done: its seconds are over all threads. */
export function endOf(trial: Trial): number {
  return trial.startedAfter + trial.seconds;
}
