import { GalleyError, reportError } from '../../base/errors.ts';
import type { FitOrder } from '../fit.ts';
import type { RankingMetric } from '../metrics.ts';
import { summariseFolds } from './choose.ts';
import { promotable, type Standing } from './halving.ts';
import type { KeptAnswers } from './kept-answers.ts';
import type { FitPool, FoldProgress, RunningFit } from './pool.ts';
import type { FoldResult } from './pool-messages.ts';
import { type Proposer, rankTrials, type SearchView } from './propose.ts';
import { cheaper, type RungPlan } from './rungs.ts';
import { expectedSeconds, wallSeconds } from './timing.ts';
import { foldScores, rungScore, type TrialRecord, wholeScores } from './trial.ts';

export interface SearchOptions {
  pool: Pick<FitPool, 'size' | 'free' | 'start'>;
  folds: number;
  metric: RankingMetric;
  target: string;
  seed: number;
  /** Trials at most. */
  trials?: number;
  /** Seconds left for searching; undefined for no limit. */
  seconds?: number;
  /** Seconds that were spent before, in an earlier part of the same search. */
  secondsBefore: number;
  /** Bytes that the process may take. */
  memory: number;
  /** Bytes that it takes. */
  memoryUsed(): number;
  propose: Proposer;
  /** Trials that others are compared with: all of them are on a fold before any is on all folds. */
  references?: Proposer;
  rungsOf(learner: string): RungPlan;
  /** Whether trials that fall behind on their first folds are given up. */
  prunesFolds: boolean;
  /** Where answers on the folds are kept, of the best trials; absent where nobody needs them. */
  answers?: KeptAnswers;
  /** Trials of an earlier part of the same search; those that had not ended are taken up again. */
  earlier: readonly TrialRecord[];
  throwIfCanceled(): void;
  /** A trial began, got a score, or ended. */
  onTrial(trial: TrialRecord): void;
  onFitProgress(trial: TrialRecord, fold: number, progress: FoldProgress): void;
}

interface Unit {
  fold: number;
  share: number;
}

interface ActiveTrial {
  record: TrialRecord;
  rungs: RungPlan;
  /** Index of the next of its rungs; their number once it is on all folds. */
  rung: number;
  pending: Unit[];
  running: Set<RunningUnit>;
}

interface RunningUnit extends Unit {
  active: ActiveTrial;
  fit: RunningFit;
  /** Why it was told to stop: its trial ended, or it is to be done again later. */
  stopped?: 'ended' | 'again';
}

const baselineName = 'baseline';
const memoryWatchMilliseconds = 250;
/** Looks in a row at the memory after which something is done about it. */
const patientLooks = 4;
/** Of the memory: below it one more fit may be under way. */
const roomyShare = 0.8;
const keptAnswers = 12;

/**
 * A search over trials on a pool of threads. Whenever a thread is free it gets, in this order: the first fold of a trial
 * that others are compared with; the next fold of a trial that is on its folds; the next rung of a trial that may go on by
 * successive halving; a new trial. No other trial is begun that is not expected to end in time, and what is late is given
 * up; only where nothing beyond the baseline was on a fold yet, one trial goes on or is begun, so that there is an answer.
 */
export class Search {
  readonly #options: SearchOptions;
  readonly #active: ActiveTrial[] = [];
  readonly #running = new Set<RunningUnit>();
  readonly #startedAt = performance.now();
  readonly #ended = Promise.withResolvers<void>();
  #isOver = false;
  #whyOver = '';
  /** The one trial that is finished although the time is up. */
  #last: ActiveTrial | undefined;
  #lanes: number;
  #looksOverMemory = 0;
  #looksWithRoom = 0;

  constructor(options: SearchOptions) {
    this.#options = options;
    this.#lanes = options.pool.size;
    for (const record of options.earlier) if (record.state === 'running') this.#takeUp(record);
  }

  /** All trials, in the order of their start. */
  get trials(): TrialRecord[] {
    const ended = this.#options.earlier.filter((record) => this.#active.every((active) => active.record !== record));
    return [...ended, ...this.#active.map(({ record }) => record)].sort((one, other) => one.number - other.number);
  }

  /** Seconds spent searching, with those before. */
  get seconds(): number {
    return this.#options.secondsBefore + (performance.now() - this.#startedAt) / 1000;
  }

  /**
   * Searches until the budget is spent, nothing is left to try, or it was stopped.
   * @throws GalleyError `job.canceled`, and what the first trial failed with where all failed.
   */
  async run(): Promise<void> {
    const { seconds } = this.#options;
    const deadline = seconds === undefined ? undefined : setTimeout(() => this.stop('the time was up'), 1000 * seconds);
    const watch = setInterval(() => this.#watchMemory(), memoryWatchMilliseconds);
    try {
      this.#fill();
      await this.#ended.promise;
    } finally {
      clearTimeout(deadline);
      clearInterval(watch);
      // A thread must not be ended within a fit.
      await Promise.allSettled([...this.#running].map(({ fit }) => fit.result));
    }
    for (const active of this.#active) {
      if (active.record.state === 'running') this.#end(active, 'pruned', this.#whyWaiting(active));
    }
  }

  /** Ends the search: what is under way is given up, but for one trial where there is no answer yet. */
  stop(why: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#whyOver = why;
    if (!this.#hasAnswer() && this.#options.pool.size > 0) this.#last = this.#nearestToAnswer();
    for (const active of this.#unended()) {
      if (active !== this.#last && !this.#isWaiting(active)) this.#end(active, 'stopped', why);
    }
    if (this.#last) this.#toFolds(this.#last);
    this.#fill();
  }

  #unended(): ActiveTrial[] {
    return this.#active.filter(({ record }) => record.state === 'running');
  }

  /** The trial that was measured most beyond the baseline; one is begun where there is none, and the baseline does at a pinch. */
  #nearestToAnswer(): ActiveTrial | undefined {
    const isBeyond = ({ record }: ActiveTrial) => record.learner !== baselineName;
    const measured = ({ record }: ActiveTrial) => record.evaluations.length;
    const [most] = this.#unended()
      .filter(isBeyond)
      .sort((one, other) => measured(other) - measured(one));
    if (most) return most;
    const { propose, references = propose } = this.#options;
    let begun = this.#begin(references);
    while (begun && !isBeyond(begun)) begun = this.#begin(references);
    return begun ?? this.#unended()[0];
  }

  /** Whether a trial beyond the baseline has been on a fold. */
  #hasAnswer(): boolean {
    return this.trials.some((trial) => trial.learner !== baselineName && wasOnFold(trial));
  }

  #fill(): void {
    try {
      this.#options.throwIfCanceled();
      if (this.#options.pool.size === 0) this.stop('no thread was left that could fit');
      while (this.#running.size < this.#lanes && this.#options.pool.free > 0) {
        const next = this.#next();
        if (next === undefined) break;
        this.#start(next.active, next.unit);
      }
      if (this.#running.size === 0) this.#ended.resolve();
    } catch (error) {
      this.#ended.reject(error);
    }
  }

  #next(): { active: ActiveTrial; unit: Unit } | undefined {
    if (this.#isOver) return this.#last && this.#take(this.#last);
    const { references } = this.#options;
    const untried = this.#active.find(({ record, pending }) => pending.length > 0 && !wasOnFold(record));
    const reference = untried ?? (references && this.#begin(references));
    if (reference?.record.isReference) return this.#take(reference);
    for (const active of this.#active) {
      if (active.pending.length === 0) continue;
      if (active.record.isReference || this.#fitsInTime(active)) return this.#take(active);
      this.#end(active, 'stopped', 'no time was left for it');
    }
    const going =
      this.#promote(false) ??
      this.#begin(this.#options.propose) ??
      (this.#running.size === 0 ? this.#promote(true) : undefined);
    return going && (this.#take(going) ?? this.#next());
  }

  #take(active: ActiveTrial): { active: ActiveTrial; unit: Unit } | undefined {
    const unit = active.pending.shift();
    return unit && { active, unit };
  }

  /** A trial that waits and may go on. @param isFinal nothing new comes: of each rung at least one goes on. */
  #promote(isFinal: boolean): ActiveTrial | undefined {
    const { metric } = this.#options;
    const waiting = this.#active.filter((active) => this.#isWaiting(active));
    const places = new Map(waiting.map(({ record, rung }) => [`${record.learner} ${rung}`, { record, rung }]));
    const byRung = [...places.values()].sort((left, right) => right.rung - left.rung);
    for (const { record, rung } of byRung) {
      const standings = this.#standings(record.learner, rung - 1);
      const number = promotable(standings, !metric.lowerIsBetter, isFinal);
      const going = waiting.find((active) => active.record.number === number);
      if (going === undefined || !this.#hasTime(going.record.learner, going)) continue;
      this.#ascend(going);
      return going;
    }
    return undefined;
  }

  /** All trials of a learner that finished a rung. */
  #standings(learner: string, rung: number): Standing[] {
    return this.#active.flatMap((active) => {
      const share = active.rungs.shares[rung];
      const score = share === undefined ? undefined : rungScore(active.record, share);
      if (active.record.learner !== learner || score === undefined) return [];
      const promoted = !(this.#isWaiting(active) && active.rung === rung + 1);
      return [{ trial: active.record.number, score, promoted }];
    });
  }

  /** Finished a rung and neither went on nor ended. */
  #isWaiting({ record, pending, running }: ActiveTrial): boolean {
    return record.state === 'running' && pending.length === 0 && running.size === 0;
  }

  #begin(propose: Proposer): ActiveTrial | undefined {
    const { trials: most, folds, metric, rungsOf, onTrial } = this.#options;
    const { trials } = this;
    if (most !== undefined && trials.length >= most) return undefined;
    const view: SearchView = { trials, folds, metric, hasTimeFor: (learner) => this.#hasTime(learner) };
    const proposal = propose(view);
    if (proposal === undefined) return undefined;
    const active: ActiveTrial = {
      record: {
        number: (trials.at(-1)?.number ?? 0) + 1,
        learner: proposal.learner,
        parameters: proposal.parameters,
        isReference: proposal.isReference,
        state: 'running',
        evaluations: [],
        startedAfter: this.seconds,
        why: null,
        size: null,
      },
      rungs: rungsOf(proposal.learner),
      rung: 0,
      pending: [],
      running: new Set(),
    };
    this.#active.push(active);
    this.#ascend(active);
    onTrial(active.record);
    return active;
  }

  /** A trial that an earlier part of the search left unfinished: what was measured holds. */
  #takeUp(record: TrialRecord): void {
    const rungs = this.#options.rungsOf(record.learner);
    const rung = rungs.shares.filter((share) => rungScore(record, share) !== undefined).length;
    const active: ActiveTrial = { record, rungs, rung, pending: [], running: new Set() };
    this.#active.push(active);
    const isOnFolds = record.evaluations.some(({ share }) => share === 1);
    if (isOnFolds) this.#toFolds(active);
    else if (rung === 0 || record.isReference) this.#ascend(active);
  }

  /** To the next rung, or onto the folds after the last one. */
  #ascend(active: ActiveTrial): void {
    const share = active.rungs.shares[active.rung];
    if (share === undefined) {
      this.#toFolds(active);
      return;
    }
    active.rung++;
    active.pending = [{ fold: 0, share }];
  }

  #toFolds(active: ActiveTrial): void {
    active.rung = active.rungs.shares.length + 1;
    const done = active.record.evaluations.filter(({ share }) => share === 1).map(({ fold }) => fold);
    const under = [...active.running].filter(({ share }) => share === 1).map(({ fold }) => fold);
    active.pending = Array.from({ length: this.#options.folds }, (_, fold) => ({ fold, share: 1 })).filter(
      ({ fold }) => !done.includes(fold) && !under.includes(fold),
    );
  }

  #start(active: ActiveTrial, { fold, share }: Unit): void {
    const { pool, target, metric, seed, answers, onFitProgress } = this.#options;
    const { record, rungs } = active;
    const { parameters, rowShare } = cheaper(record.parameters, rungs, share);
    const order: FitOrder = { target, learner: record.learner, parameters, seed, metric: metric.name };
    const task = { fold, order, rowShare, wantsAnswers: answers !== undefined && share === 1 };
    const fit = pool.start(task, (progress) => onFitProgress(record, fold, progress));
    const unit: RunningUnit = { active, fold, share, fit };
    this.#running.add(unit);
    active.running.add(unit);
    fit.result
      .then(
        (result) => this.#finish(unit, result),
        (error) => this.#fail(unit, error),
      );
  }

  #finish(unit: RunningUnit, { score, answers, size, seconds }: FoldResult): void {
    const { active, fold, share } = unit;
    this.#leave(unit);
    const { record } = active;
    if (record.state === 'running') {
      record.evaluations.push({ fold, share, score, seconds });
      if (share === 1 && fold === 0) record.size = size;
      if (answers) this.#options.answers?.add(record.number, fold, Float32Array.from(answers));
      this.#advance(active);
      this.#options.onTrial(record);
    }
    this.#fill();
  }

  #advance(active: ActiveTrial): void {
    const { record, rungs, rung, pending, running } = active;
    const { folds } = this.#options;
    if (rung <= rungs.shares.length) {
      if (record.isReference) this.#ascend(active);
      return;
    }
    if (pending.length === 0 && running.size === 0) {
      const isComplete = wholeScores(record, folds) !== undefined;
      this.#end(active, isComplete ? 'complete' : 'failed', isComplete ? null : 'the metric has no value on a fold');
      return;
    }
    const behind = record.isReference ? undefined : this.#behind(record);
    if (behind !== undefined) this.#end(active, 'pruned', behind);
  }

  /** How far a trial is behind on the folds it has been on; undefined where it is near enough to go on. */
  #behind(record: TrialRecord): string | undefined {
    const { prunesFolds, folds, metric } = this.#options;
    if (!prunesFolds) return undefined;
    const rivals = this.trials.filter(({ learner, state }) => learner === record.learner && state === 'complete');
    const best = rankTrials(rivals, folds, metric)[0];
    const bestScores = best && wholeScores(best, folds);
    if (best === undefined || bestScores === undefined) return undefined;
    const differences = foldScores(record, folds).flatMap((score, fold) =>
      score === null ? [] : [(metric.lowerIsBetter ? -1 : 1) * ((bestScores[fold] as number) - score)],
    );
    const { score: behind } = summariseFolds(differences);
    if (differences.length === 0 || behind <= summariseFolds(bestScores).standardError) return undefined;
    return `after ${differences.length} of ${folds} folds it was ${behind.toPrecision(2)} behind trial ${best.number}`;
  }

  #fail(unit: RunningUnit, error: unknown): void {
    const { active, fold, share, stopped } = unit;
    this.#leave(unit);
    try {
      this.#options.throwIfCanceled();
    } catch (canceled) {
      this.#ended.reject(canceled);
      return;
    }
    if (stopped === 'again') active.pending.unshift({ fold, share });
    else if (stopped === undefined && active.record.state === 'running') {
      const report = reportError(error);
      if (report.kind === 'internal' && !(error instanceof GalleyError)) console.error(error);
      this.#end(active, 'failed', report.message);
    }
    this.#fill();
  }

  #leave(unit: RunningUnit): void {
    this.#running.delete(unit);
    unit.active.running.delete(unit);
  }

  #end(active: ActiveTrial, state: TrialRecord['state'], why: string | null): void {
    const { record } = active;
    record.state = state;
    record.why = why;
    active.pending = [];
    for (const unit of active.running) {
      unit.stopped = 'ended';
      unit.fit.stop();
    }
    this.#forgetAnswers();
    this.#options.onTrial(record);
  }

  /** Answers are kept of the best trials, of the best of each learner, and of those that have not ended. */
  #forgetAnswers(): void {
    const { answers, folds, metric } = this.#options;
    if (answers === undefined) return;
    const running = this.trials.filter(({ state }) => state === 'running');
    const ranked = rankTrials(this.trials, folds, metric).filter(({ state }) => state === 'complete');
    const leaders = ranked.filter((one, place) => ranked.findIndex(({ learner }) => learner === one.learner) === place);
    answers.retain(new Set([...running, ...ranked.slice(0, keptAnswers), ...leaders].map(({ number }) => number)));
  }

  #hasTime(learner: string, active?: ActiveTrial): boolean {
    const { folds } = this.#options;
    const fits = active ? folds : folds + 1;
    return this.#isInTime(wallSeconds(fits, this.#lanes, expectedSeconds(this.trials, learner, active?.record)));
  }

  #fitsInTime({ record, pending }: ActiveTrial): boolean {
    return this.#isInTime(
      wallSeconds(pending.length, this.#lanes, expectedSeconds(this.trials, record.learner, record)),
    );
  }

  #isInTime(seconds: number): boolean {
    const { seconds: given, secondsBefore } = this.#options;
    if (given === undefined || !this.#hasAnswer()) return true;
    return this.seconds - secondsBefore + seconds <= given;
  }

  /** The newest fit waits for another time where memory is short, and the only one is given up. */
  #watchMemory(): void {
    const { memory, memoryUsed, pool } = this.#options;
    const used = memoryUsed();
    this.#looksWithRoom = used <= roomyShare * memory ? this.#looksWithRoom + 1 : 0;
    if (this.#looksWithRoom >= patientLooks && this.#lanes < pool.size) {
      this.#lanes++;
      this.#looksWithRoom = 0;
      this.#fill();
    }
    const newest = [...this.#running].at(-1);
    // What was stopped takes a moment to end, and only then its memory is free.
    if (used <= memory || newest === undefined || newest.stopped !== undefined) {
      this.#looksOverMemory = 0;
    } else if (this.#running.size > 1) {
      this.#lanes = this.#running.size - 1;
      newest.stopped = 'again';
      newest.fit.stop();
    } else if (++this.#looksOverMemory >= patientLooks) {
      const megabytes = Math.round(memory / 2 ** 20);
      this.#end(newest.active, 'failed', `the search would have taken more than ${megabytes} MB`);
    }
  }

  #whyWaiting({ record, rungs, rung }: ActiveTrial): string {
    const share = rungs.shares[rung - 1] ?? 1;
    const amount = `1/${Math.round(1 / share)} of the ${rungs.parameter ?? 'rows'}`;
    const reason = `with ${amount} it was not among the best third of ${record.learner}`;
    return this.#isOver ? `${reason} when ${this.#whyOver}` : reason;
  }
}

function wasOnFold({ evaluations }: TrialRecord): boolean {
  return evaluations.some(({ share }) => share === 1);
}
