import { type Clock, hourMilliseconds } from '../../base/clock.ts';
import type { ServingStatus } from '../../contract/serving.ts';
import type { DeployPhase } from '../../deploy/index.ts';
import { noSample, sampleOf } from './sample.ts';
import type { SampleStore } from './sample-store.ts';
import { Uptime } from './uptime.ts';

const intervalMilliseconds = 60_000;
/** After so many intervals without a look the machine slept. */
const longestIntervals = 3;
/** How often old samples are summed up. */
const rollUpMilliseconds = hourMilliseconds;

type SampledServers = Pick<DeployPhase, 'list' | 'askServer' | 'onStatus' | 'onState'>;

/** Keeps what the servers of all deployments say of themselves, every minute and when one is ended. */
export class Sampler {
  readonly #deploy: SampledServers;
  readonly #store: SampleStore;
  readonly #clock: Clock;
  readonly #interval: number;
  readonly #uptime: Uptime;
  /** The newest minute that is known of a server. */
  readonly #known = new Map<string, { startedAt: number; at: number }>();
  #rolledUpAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(deploy: SampledServers, store: SampleStore, clock: Clock, interval = intervalMilliseconds) {
    this.#deploy = deploy;
    this.#store = store;
    this.#clock = clock;
    this.#interval = interval;
    this.#uptime = new Uptime(clock, longestIntervals * interval);
    deploy.onStatus((id, status) => this.#keep(id, status));
    deploy.onState((id, status) => {
      this.#uptime.changed(id, status);
      if (status === 'stopped') this.#keepUptime(id);
    });
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#looking = this.look().catch((error) => console.error(error));
    }, this.#interval).unref();
  }

  /** Asks every server what it did until now, and keeps it; one look after the other. */
  look(): Promise<void> {
    this.#looking = this.#looking.catch(() => {}).then(() => this.#look());
    return this.#looking;
  }

  /** Resolves when nothing is written any more. */
  stop(): Promise<void> {
    clearInterval(this.#timer);
    return this.#looking;
  }

  async #look(): Promise<void> {
    for (const { id } of this.#deploy.list()) {
      await this.#deploy.askServer(id);
      this.#keepUptime(id);
    }
    if (this.#clock.monotonic() - this.#rolledUpAt < rollUpMilliseconds) return;
    this.#store.rollUp(this.#clock.now());
    this.#rolledUpAt = this.#clock.monotonic();
  }

  #keep(id: string, { startedAt, samples }: Pick<ServingStatus, 'startedAt' | 'samples'>): void {
    const started = Date.parse(startedAt);
    const last = this.#known.get(id);
    const since = last?.startedAt === started ? last.at : Number.NEGATIVE_INFINITY;
    const minutes = samples.map((minute) => ({ at: Date.parse(minute.at), sample: sampleOf(minute) }));
    this.#store.keepMinutes(
      id,
      started,
      minutes.filter(({ at }) => at >= since),
    );
    const newest = minutes.at(-1);
    if (newest) this.#known.set(id, { startedAt: started, at: newest.at });
  }

  #keepUptime(id: string): void {
    const minutes = this.#uptime
      .take(id)
      .map(({ at, readySeconds, wantedSeconds }) => ({ at, sample: { ...noSample, readySeconds, wantedSeconds } }));
    if (minutes.length > 0) this.#store.addMinutes(id, minutes);
  }
}
