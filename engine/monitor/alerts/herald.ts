import { isoTime } from '../../base/clock.ts';
import type { EngineContext } from '../../jobs/context.ts';
import { type AlertStore, alertView, type StoredAlert } from './alert-store.ts';
import { type Failure, failure } from './channels/failure.ts';
import { type Channels, nameOf } from './channels/index.ts';
import { engineTarget, pauseAfter, type Telling, type Tellings, windowTarget } from './tellings.ts';

/** Messages of a channel that may fail before it is let alone: one of them may be to blame itself. */
const triedAtOnce = 2;

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
  /** Channels that failed and may do better later: how often in a row, and when they are tried again. */
  readonly #resting = new Map<string, { failures: number; until: number }>();
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

  /** A channel was set anew, or has taken a message: what failed there is told at once, as far as it holds still. */
  retry(channel: string): void {
    this.#resting.delete(channel);
    this.#parts.tellings.retry(channel, this.#parts.context.clock.now());
    this.tell();
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
    if (this.#rests(channel)) return;
    const due = tellings.due(context.clock.now()).filter(({ target }) => target === channel);
    let [taken, failed] = [0, 0];
    // What failed least often comes first, and one message that fails keeps no other waiting.
    for (const telling of due.sort((one, other) => one.attempts - other.attempts || one.id - other.id)) {
      if (this.#isStopped || failed === triedAtOnce) break;
      if (await this.#send(telling)) taken++;
      else failed++;
    }
    if (taken > 0) this.#resting.delete(channel);
    else if (failed > 0) this.#rest(channel);
  }

  #rests(channel: string): boolean {
    return (this.#resting.get(channel)?.until ?? 0) > this.#parts.context.clock.now();
  }

  /** A channel that took nothing is let alone, the longer the more often. */
  #rest(channel: string): void {
    const failures = (this.#resting.get(channel)?.failures ?? 0) + 1;
    this.#resting.set(channel, { failures, until: this.#parts.context.clock.now() + pauseAfter(failures) });
  }

  /** @returns false where the channel may take it later */
  async #send(telling: Telling): Promise<boolean> {
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
      return true;
    } catch (error) {
      const { message, mayPass } = failure(error, true, telling.target) satisfies Failure;
      tellings.failed(telling, message, clock.now(), mayPass);
      return !mayPass;
    }
  }
}

function isEvent({ target }: Telling): boolean {
  return target === engineTarget || target === windowTarget;
}
