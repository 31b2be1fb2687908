import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { type Clock, isoTime } from '../base/clock.ts';
import type { ServerMinute } from '../contract/serving.ts';
import { latencyBin, latencyBins, latencyPairs } from '../statistics/latency-histogram.ts';
import { MinuteRing, minuteMilliseconds } from './minute-ring.ts';

/** Further reasons of one minute are counted together. */
const mostReasons = 20;
const otherReasons = 'other';

/** How an answer to a prediction request went. */
export interface Answered {
  status: number;
  milliseconds: number;
  rows: number;
  /** Why it was refused or failed, see `refusalReason`; null where that is not known. */
  reason: string | null;
}

/** What the machine gave the server until now. */
export interface Vitals {
  /** User and system time of the process, since its start. */
  cpuSeconds: number;
  memoryBytes: number;
  /** Share of the time since the last look in which the event loop was busy. */
  loopBusy: number;
}

/** Rows that wait for the model, and how many may. */
export interface WaitingRoom {
  rows: number;
  limit: number;
}

type Minute = Omit<ServerMinute, 'at' | 'latencies' | 'reasons'> & {
  /** Minutes since the epoch. */
  number: number;
  counts: Uint32Array;
  reasons: Map<string, number>;
};

/** The four golden signals of the last 60 minutes, in constant memory, so that whoever asks once an hour misses none. */
export class ServerMinutes {
  readonly #clock: Clock;
  readonly #waiting: () => WaitingRoom;
  readonly #vitals: () => Vitals;
  readonly #minutes: MinuteRing<Minute>;
  #lookedAt: number;
  #cpuSeconds: number;

  constructor(clock: Clock, waiting: () => WaitingRoom, vitals: () => Vitals = processVitals()) {
    this.#clock = clock;
    this.#waiting = waiting;
    this.#vitals = vitals;
    this.#minutes = new MinuteRing(clock, emptyMinute);
    this.#lookedAt = clock.monotonic();
    this.#cpuSeconds = vitals().cpuSeconds;
  }

  /** Latencies are kept of what was answered alone: a refusal is quick, and would make the others look so. */
  answered({ status, milliseconds, rows, reason }: Answered): void {
    const minute = this.#minutes.current();
    minute.requests++;
    minute.rows += rows;
    this.#lookAtRoom(minute);
    if (status === 200) {
      const bin = latencyBin(milliseconds);
      minute.counts[bin] = (minute.counts[bin] as number) + 1;
      return;
    }
    if (status >= 500) minute.failed++;
    else minute.refused++;
    const isKept = reason !== null && (minute.reasons.size < mostReasons || minute.reasons.has(reason));
    const kept = isKept ? reason : otherReasons;
    minute.reasons.set(kept, (minute.reasons.get(kept) ?? 0) + 1);
  }

  /** Takes what went by since the last look into the current minute; to be called every few seconds. */
  look(): void {
    const minute = this.#minutes.current();
    const { cpuSeconds, memoryBytes, loopBusy } = this.#vitals();
    const now = this.#clock.monotonic();
    const seconds = (now - this.#lookedAt) / 1000;
    const cpu = Math.max(0, cpuSeconds - this.#cpuSeconds);
    this.#lookedAt = now;
    this.#cpuSeconds = cpuSeconds;
    minute.upSeconds += seconds;
    minute.cpuSeconds += cpu;
    minute.memoryBytes = Math.max(minute.memoryBytes, memoryBytes);
    this.#lookAtRoom(minute);
    const ofMachine = seconds > 0 ? cpu / seconds / availableParallelism() : 0;
    minute.saturation = Math.max(minute.saturation, Math.min(1, Math.max(loopBusy, ofMachine)));
  }

  /** The minutes of which something is known, oldest first, up to now. */
  list(): ServerMinute[] {
    this.look();
    return this.#minutes
      .recent()
      .filter(({ upSeconds, requests }) => upSeconds > 0 || requests > 0)
      .map(({ number, counts, reasons, ...minute }) => ({
        at: isoTime(number * minuteMilliseconds),
        ...minute,
        latencies: latencyPairs(counts),
        reasons: Object.fromEntries(reasons),
      }));
  }

  #lookAtRoom(minute: Minute): void {
    const { rows, limit } = this.#waiting();
    minute.waitingRows = Math.max(minute.waitingRows, rows);
    minute.saturation = Math.max(minute.saturation, Math.min(1, rows / limit));
  }
}

function emptyMinute(number: number): Minute {
  const counts = new Uint32Array(latencyBins);
  const vitals = { upSeconds: 0, cpuSeconds: 0, memoryBytes: 0, waitingRows: 0, saturation: 0 };
  return { number, requests: 0, rows: 0, failed: 0, refused: 0, ...vitals, counts, reasons: new Map() };
}

function processVitals(): () => Vitals {
  let utilization = performance.eventLoopUtilization();
  return () => {
    const loopBusy = performance.eventLoopUtilization(utilization).utilization;
    utilization = performance.eventLoopUtilization();
    const { user, system } = process.cpuUsage();
    return { cpuSeconds: (user + system) / 1e6, memoryBytes: process.memoryUsage.rss(), loopBusy };
  };
}
