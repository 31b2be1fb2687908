import type { Alert } from '../contract/monitor-alerts.ts';
import type { EngineContext } from '../jobs/context.ts';
import { answersAlert } from './answers-alerts.ts';
import type { PipelineRunStore } from './run-store.ts';
import type { PipelineRunner } from './runner.ts';
import type { DirectedPhases } from './step-tools.ts';
import { findDeployment } from './steps/released.ts';
import type { RenewalPipeline, RetrainStore } from './store.ts';
import type { WaitingRuns } from './triggers/waiting-runs.ts';

interface AlertTriggerParts {
  context: Pick<EngineContext, 'events'>;
  store: RetrainStore;
  runs: Pick<PipelineRunStore, 'find'>;
  phases: DirectedPhases;
  runner: Pick<PipelineRunner, 'runningRuns' | 'idle'>;
  waiting: Pick<WaitingRuns, 'ask' | 'begin'>;
}

/**
 * Runs pipelines by themselves: when an alert is raised for the deployment that they renew, and when new rows come while
 * such an alert is open, since the rows at hand when it was raised may not have been enough. While a pipeline runs, its next run
 * waits, written down. Rows are watched only once it is
 * told to: where the engine lives for one command, a command that adds rows does not run a pipeline besides.
 */
export class AlertTrigger {
  readonly #store: RetrainStore;
  readonly #runs: AlertTriggerParts['runs'];
  readonly #phases: DirectedPhases;
  readonly #runner: AlertTriggerParts['runner'];
  readonly #waiting: AlertTriggerParts['waiting'];
  readonly #events: EngineContext['events'];
  readonly #stopAlerts: () => void;
  #stopRows: (() => void) | null = null;
  readonly #answering = new Set<Promise<void>>();

  constructor({ context, store, runs, phases, runner, waiting }: AlertTriggerParts) {
    this.#store = store;
    this.#runs = runs;
    this.#phases = phases;
    this.#runner = runner;
    this.#waiting = waiting;
    this.#events = context.events;
    this.#stopAlerts = this.#events.listen((event) => {
      if (event.type === 'alert.raised') this.#track(this.#onAlert(event.alert));
    });
  }

  /** From now on new rows start runs as well. */
  watchRows(): void {
    this.#stopRows ??= this.#events.listen((event) => {
      if (event.type === 'phase.changed' && event.phase === 'data' && event.subject !== undefined) {
        this.#track(this.#onRows(event.subject));
      }
    });
  }

  /** Once everything so far has started its runs. */
  async settled(): Promise<void> {
    while (this.#answering.size > 0) await Promise.all(this.#answering);
  }

  stop(): void {
    this.#stopAlerts();
    this.#stopRows?.();
  }

  #track(answer: Promise<void>): void {
    const tracked = answer.catch((error) => console.error(error)).finally(() => this.#answering.delete(tracked));
    this.#answering.add(tracked);
  }

  async #onAlert(alertId: string): Promise<void> {
    const { alerts } = await this.#phases.monitor.handlers.alerts({});
    const alert = alerts.find(({ id }) => id === alertId);
    if (!alert) return;
    for (const pipeline of this.#store.renewals()) {
      if ((await this.#shouldAnswer(pipeline, alert)) && !this.#isAnswered(pipeline, alert))
        this.#ask(pipeline, alert.title);
    }
  }

  async #onRows(dataset: string): Promise<void> {
    for (const pipeline of this.#store.renewals().filter((candidate) => candidate.renewal.dataset === dataset)) {
      const alert = await this.#unresolvedAlert(pipeline);
      if (alert) this.#ask(pipeline, `${alert.title} (still so when new rows came)`);
    }
  }

  /** Asks for a run, which begins once the pipeline does not run. */
  #ask({ id }: RenewalPipeline, detail: string): void {
    this.#waiting.ask(id, { kind: 'alert', detail });
    this.#track(this.#runner.idle(id).then(() => this.#waiting.begin()));
  }

  /** Whether a run goes on that began since the alert was raised. */
  #isAnswered({ id }: RenewalPipeline, { raisedAt }: Alert): boolean {
    return this.#runner.runningRuns(id).some((run) => (this.#runs.find(run)?.startedAt ?? '') >= raisedAt);
  }

  async #unresolvedAlert(pipeline: RenewalPipeline): Promise<Alert | undefined> {
    const { alerts } = await this.#phases.monitor.handlers.alerts({});
    for (const alert of alerts) {
      const stands = alert.state !== 'resolved' && !this.#isOfEarlierVersion(alert);
      if (stands && (await this.#shouldAnswer(pipeline, alert))) return alert;
    }
    return undefined;
  }

  /** A version that went live after the alert has not been judged yet. */
  #isOfEarlierVersion({ deployment, raisedAt }: Alert): boolean {
    const { id } = this.#phases.deploy.find(deployment);
    const release = this.#phases.deploy.releases(id).at(-1);
    return release !== undefined && release.at > Date.parse(raisedAt);
  }

  async #shouldAnswer(pipeline: RenewalPipeline, alert: Alert): Promise<boolean> {
    const renewed = await findDeployment(this.#phases, pipeline.renewal);
    return renewed?.name === alert.deployment && (await answersAlert(this.#phases, pipeline.renewal, alert));
  }
}
