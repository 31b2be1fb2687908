import { GalleyError } from '../../base/errors.ts';
import type { InputOf } from '../../contract/call.ts';
import type { Job } from '../../contract/jobs.ts';
import type { PipelineRun, retrainCalls } from '../../contract/retrain.ts';
import type { Approval } from '../../contract/retrain-approval.ts';
import type { EngineContext } from '../../jobs/context.ts';
import { requireRun } from '../execution/run-record.ts';
import type { PipelineRunStore } from '../run-store.ts';
import type { PipelineRunner } from '../runner.ts';
import type { DirectedPhases } from '../step-tools.ts';
import { requireSameChampion } from '../steps/same-champion.ts';
import type { ApprovalStore } from './approval-store.ts';

interface ApprovalParts {
  context: Pick<EngineContext, 'clock'>;
  phases: Pick<DirectedPhases, 'packages'>;
  store: ApprovalStore;
  runs: PipelineRunStore;
  runner: Pick<PipelineRunner, 'resume' | 'isRunning'>;
  /** False for a project that came from elsewhere and was not trusted: its runs rest. */
  trusted(): boolean;
}

/** Between looks at what waits too long. */
const tickMilliseconds = 1000;

/**
 * Takes the answers of people to runs that wait for them, and goes on with those runs. One that nobody answers in its time
 * is refused, also where that time passed while no engine ran; one that a newer run of its pipeline made needless goes on,
 * refused, once that run rests.
 */
export class Approvals {
  readonly #parts: ApprovalParts;
  /** Runs that could not go on in this engine. */
  readonly #stuck = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: ApprovalParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.look(), tickMilliseconds).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /**
   * Writes an answer down and goes on with the run; where the run cannot go on, nothing was answered. What was found against
   * another champion than that of now can be refused only.
   * @throws GalleyError `retrain.run_not_found`, `retrain.nothing_to_approve`, `retrain.unknown_step`,
   * `retrain.already_running`, `retrain.champion_moved`, and as `PipelineRunner.resume`
   */
  answer({ run: id, step, approve, reason }: InputOf<typeof retrainCalls.approve>, by: string): Job {
    const { context, store, runs, runner } = this.#parts;
    this.#expire();
    const run = requireRun(runs, id);
    const asked = this.#requireWaiting(run, step);
    const state = approve ? 'approved' : 'refused';
    const pipelineId = runs.definition(id)?.pipelineId ?? '';
    if (runner.isRunning(pipelineId)) {
      throw new GalleyError(
        'retrain.already_running',
        `The pipeline ${run.pipeline} runs; run ${run.number} is answered once it has ended.`,
        { details: { pipeline: run.pipeline } },
      );
    }
    if (approve) this.#requireStanding(run, asked);
    const answer = { state, by, reason: reason ?? null } as const;
    return runner.resume(id, () => store.answer(id, asked.step, answer, context.clock.now()));
  }

  /** Refuses what waits too long, and goes on with answered runs whose pipelines rest. */
  look(): void {
    const { store, runner, trusted } = this.#parts;
    this.#expire();
    const answered = store.answeredRuns().filter(({ run }) => !this.#stuck.has(run));
    if (answered.length === 0 || !trusted()) return;
    for (const { run, pipelineId } of answered) {
      if (runner.isRunning(pipelineId)) continue;
      try {
        runner.resume(run);
      } catch (error) {
        this.#stuck.add(run);
        console.error(error);
      }
    }
  }

  #expire(): void {
    const { context, store } = this.#parts;
    const now = context.clock.now();
    for (const { run, step, until } of store.overdue(now))
      store.answer(run, step, { state: 'expired', by: null, reason: `nobody answered until ${until}` }, now);
  }

  /** @throws GalleyError `retrain.champion_moved` */
  #requireStanding({ steps }: PipelineRun, { step }: Approval): void {
    const evidence = steps.find(({ name }) => name === step)?.output;
    if (evidence?.type === 'decision') requireSameChampion(this.#parts.phases, evidence.comparison);
  }

  /** @throws GalleyError `retrain.nothing_to_approve`, `retrain.unknown_step` */
  #requireWaiting({ id, pipeline, number, status }: PipelineRun, step: string | undefined): Approval {
    const all = this.#parts.store.ofRun(id);
    const waiting = status === 'paused' ? all.filter(({ state }) => state === 'waiting') : [];
    const details = { run: id, steps: waiting.map((approval) => approval.step) };
    const name = `Run ${number} of ${pipeline}`;
    if (waiting.length === 0) {
      const last = all.at(-1);
      const how = last && last.state !== 'waiting' ? `: it was ${inWords(last)}` : '';
      throw new GalleyError('retrain.nothing_to_approve', `${name} waits for nobody${how}.`, { details });
    }
    const asked = step === undefined ? waiting : waiting.filter((approval) => approval.step === step);
    const [one] = asked;
    if (one !== undefined && asked.length === 1) return one;
    const which = `${name} waits for an answer to ${details.steps.join(', ')}${step === undefined ? '; say to which' : `, not to "${step}"`}.`;
    throw new GalleyError('retrain.unknown_step', which, { details });
  }
}

/** `refused by ada: too few rows`, `superseded: run 7 asks with a newer challenger`. */
export function inWords({ state, by, reason }: Approval): string {
  const who = by === null ? state : `${state} by ${by}`;
  return reason === null || reason === '' ? who : `${who}: ${reason}`;
}
