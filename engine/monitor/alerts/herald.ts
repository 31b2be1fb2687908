import { isoTime } from '../../base/clock.ts';
import type { EngineContext } from '../../jobs/context.ts';
import { type AlertStore, alertView, type StoredAlert } from './alert-store.ts';
import { type Failure, failure } from './channels/failure.ts';
import { type Channels, nameOf } from './channels/index.ts';
import { engineTarget, type Telling, type Tellings, windowTarget } from './tellings.ts';

interface HeraldParts {
  context: EngineContext;
  alerts: AlertStore;
  tellings: Tellings;
  channels: Pick<Channels, 'send'>;
}

/** Tells what is to be told: to the engine and the window by events, to the channels. What fails is tried again later. */
export class Herald {
  readonly #parts: HeraldParts;
  #telling: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(parts: HeraldParts) {
    this.#parts = parts;
  }

  /** Events are published before it returns; the channels are told after that, see `settled`. */
  tell(): void {
    if (this.#isStopped) return;
    const { context, tellings } = this.#parts;
    for (const telling of tellings.due(context.clock.now())) {
      if (isEvent(telling)) this.#publish(telling);
    }
    this.#telling = this.#telling.then(() => this.#tellChannels()).catch((error) => console.error(error));
  }

  /** Once every channel was tried that had to be told until now. */
  settled(): Promise<void> {
    return this.#telling;
  }

  stop(): Promise<void> {
    this.#isStopped = true;
    return this.#telling;
  }

  #publish({ id, alertId, target }: Telling): void {
    const { context, alerts, tellings } = this.#parts;
    const { title, detail, severity, deployment } = alertView(alerts.find(alertId) as StoredAlert);
    context.events.publish(
      target === engineTarget
        ? { type: 'alert.raised', alert: alertId, title }
        : { type: 'alert.told', alert: alertId, deployment, severity, title, detail },
    );
    tellings.told(id);
  }

  /** One channel after the other message, all channels at the same time: a slow one keeps no other waiting. */
  async #tellChannels(): Promise<void> {
    const { context, tellings } = this.#parts;
    const due = tellings.due(context.clock.now()).filter((telling) => !isEvent(telling));
    const byChannel = Map.groupBy(due, ({ target }) => target);
    await Promise.all(
      [...byChannel.values()].map(async (ofChannel) => {
        for (const telling of ofChannel) await this.#tellChannel(telling);
      }),
    );
  }

  async #tellChannel(telling: Telling): Promise<void> {
    if (this.#isStopped) return;
    const { context, alerts, tellings, channels } = this.#parts;
    const { project, clock } = context;
    try {
      await channels.send(telling.target, {
        event: `alert.${telling.what}`,
        id: `${project.id}-${telling.id}`,
        at: isoTime(clock.now()),
        project: nameOf(project),
        alert: alertView(alerts.find(telling.alertId) as StoredAlert),
      });
      tellings.told(telling.id);
    } catch (error) {
      const { message, mayPass } = failure(error, true, telling.target) satisfies Failure;
      tellings.failed(telling, message, clock.now(), mayPass);
    }
  }
}

function isEvent({ target }: Telling): boolean {
  return target === engineTarget || target === windowTarget;
}
