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

export interface Sampler {
  start(): void;
  /** Asks every server what it did until now, and keeps it. */
  look(): Promise<void>;
  /** Resolves when nothing is written any more. */
  stop(): Promise<void>;
}

/** Keeps what the servers of all deployments say of themselves, every minute and when one is ended. */
export function sampleServers(
  deploy: Pick<DeployPhase, 'list' | 'askServer' | 'onStatus' | 'onState'>,
  store: SampleStore,
  clock: Clock,
  interval = intervalMilliseconds,
): Sampler {
  const uptime = new Uptime(clock, longestIntervals * interval);
  /** The newest minute that is known of a server. */
  const known = new Map<string, { startedAt: number; at: number }>();
  let rolledUpAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();

  const keep = (id: string, { startedAt, samples }: Pick<ServingStatus, 'startedAt' | 'samples'>) => {
    const started = Date.parse(startedAt);
    const last = known.get(id);
    const since = last?.startedAt === started ? last.at : Number.NEGATIVE_INFINITY;
    const minutes = samples.map((minute) => ({ at: Date.parse(minute.at), sample: sampleOf(minute) }));
    store.keepMinutes(
      id,
      started,
      minutes.filter(({ at }) => at >= since),
    );
    const newest = minutes.at(-1);
    if (newest) known.set(id, { startedAt: started, at: newest.at });
  };
  const keepUptime = (id: string) => {
    const minutes = uptime.take(id);
    if (minutes.length === 0) return;
    store.addMinutes(
      id,
      minutes.map(({ at, readySeconds, wantedSeconds }) => ({
        at,
        sample: { ...noSample, readySeconds, wantedSeconds },
      })),
    );
  };
  const look = async () => {
    for (const { id } of deploy.list()) {
      await deploy.askServer(id);
      keepUptime(id);
    }
    if (clock.monotonic() - rolledUpAt < rollUpMilliseconds) return;
    store.rollUp(clock.now());
    rolledUpAt = clock.monotonic();
  };
  const lookInTurn = () => {
    looking = looking.catch(() => {}).then(look);
    return looking;
  };

  deploy.onStatus(keep);
  deploy.onState((id, status) => {
    uptime.changed(id, status);
    if (status === 'stopped') keepUptime(id);
  });

  return {
    start: () => {
      timer = setInterval(() => {
        looking = lookInTurn().catch((error) => console.error(error));
      }, interval).unref();
    },
    look: lookInTurn,
    stop: () => {
      clearInterval(timer);
      return looking;
    },
  };
}
