import type { EngineContext } from '../jobs/context.ts';
import type { PipelineRunner } from './runner.ts';
import type { DirectedPhases } from './step-tools.ts';
import { findDeployment } from './steps/deploy-step.ts';
import type { RetrainStore, StoredPipeline } from './store.ts';

/** Runs pipelines when an alert is raised for the deployment they renew, where both of them want it. */
export class AlertTrigger {
  readonly #store: RetrainStore;
  readonly #phases: DirectedPhases;
  readonly #runner: PipelineRunner;
  readonly #stopListening: () => void;
  #answering: Promise<void> = Promise.resolve();

  constructor(context: EngineContext, store: RetrainStore, phases: DirectedPhases, runner: PipelineRunner) {
    this.#store = store;
    this.#phases = phases;
    this.#runner = runner;
    this.#stopListening = context.events.listen((event) => {
      if (event.type !== 'alert.raised') return;
      this.#answering = this.#answering.then(() => this.#answer(event.alert)).catch((error) => console.error(error));
    });
  }

  /** Once every alert so far has started its runs. */
  settled(): Promise<void> {
    return this.#answering;
  }

  stop(): void {
    this.#stopListening();
  }

  async #answer(alertId: string): Promise<void> {
    const { alerts } = await this.#phases.monitor.handlers.alerts({});
    const alert = alerts.find(({ id }) => id === alertId);
    if (!alert) return;
    const { limits } = await this.#phases.monitor.handlers.limits({ deployment: alert.deployment });
    if (!limits.retrain) return;
    for (const pipeline of this.#store.list()) {
      if (!pipeline.onAlert || this.#runner.isRunning(pipeline.id)) continue;
      if (await this.#renews(pipeline, alert.deployment)) {
        this.#runner.start(pipeline, { kind: 'alert', detail: alert.title });
      }
    }
  }

  async #renews(pipeline: StoredPipeline, deployment: string): Promise<boolean> {
    const renewed = await findDeployment({ phases: this.#phases }, pipeline);
    return renewed?.name === deployment || renewed?.id === deployment;
  }
}
