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
  /** What each channel is being told, one message after the other: a slow one keeps no other waiting. */
  readonly #queues = new Map<string, Promise<void>>();
  #isStopped = false;

  constructor(parts: HeraldParts) {
    this.#parts = parts;
  }

  /** Events are published before it returns; the channels are told after that, see `settled`. */
  tell(): void {
    if (this.#isStopped) return;
    const { context, tellings } = this.#parts;
    const channels = new Set<string>();
    for (const telling of tellings.due(context.clock.now())) {
      if (isEvent(telling)) this.#publish(telling);
      else channels.add(telling.target);
    }
    for (const channel of channels) this.#queue(channel);
  }

  /** Once every channel was tried that had to be told until now. */
  async settled(): Promise<void> {
    await Promise.all(this.#queues.values());
  }

  stop(): Promise<void> {
    this.#isStopped = true;
    return this.settled();
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

  #queue(channel: string): void {
    const before = this.#queues.get(channel) ?? Promise.resolve();
    const after = before.then(() => this.#tellChannel(channel)).catch((error) => console.error(error));
    this.#queues.set(channel, after);
  }

  async #tellChannel(channel: string): Promise<void> {
    const { context, tellings } = this.#parts;
    const due = tellings.due(context.clock.now()).filter(({ target }) => target === channel);
    for (const telling of due) await this.#send(telling);
  }

  async #send(telling: Telling): Promise<void> {
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
