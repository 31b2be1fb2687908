import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PredictionRecord } from '../contract/serving.ts';
import { openSegment } from '../serving/log-reader.ts';

/** Records of a segment that one version answered, as lines of JSON. */
export interface VersionLines {
  version: number;
  /** They were made for comparison; no caller has seen them. */
  isShadow: boolean;
  path: string;
  rows: number;
  /** UTC epoch milliseconds, both inclusive. */
  firstEventTime: number;
  lastEventTime: number;
  /** UTC epoch milliseconds of the last receipt. */
  lastReceivedAt: number;
}

export interface SegmentLines {
  versions: VersionLines[];
  /** Bytes at the segment's end that are no whole record. */
  tornBytes: number;
}

/** Records that are handled in one turn of the event loop: a few milliseconds. */
const recordsPerTurn = 500;

/**
 * Writes the records of a segment to one file of JSON lines a version, and one for each shadow, in their order, without holding up other work.
 * @param target where a file with that name goes
 * @throws GalleyError `serving.log_format`
 */
export async function writeSegmentLines(segment: string, target: (name: string) => string): Promise<SegmentLines> {
  const reader = await openSegment(segment);
  if (reader === null) return { versions: [], tornBytes: 0 };
  const lines = new VersionLinesWriter(target);
  let records = 0;
  for (const record of reader.records()) {
    await lines.write(record);
    if (++records % recordsPerTurn === 0) await nextTurn();
  }
  return { versions: await lines.end(), tornBytes: reader.tornTail?.bytes ?? 0 };
}

/** A record as it stands in a part: one that was made elsewhere may lack its latency. */
export type StoredRecord = Omit<PredictionRecord, 'latency'> & { latency: number | null };

/** Writes records to one file of JSON lines a version, and one for each shadow, in their order. */
export class VersionLinesWriter {
  readonly #target: (name: string) => string;
  readonly #writers = new Map<string, LineWriter>();

  /** @param target where a file with that name goes */
  constructor(target: (name: string) => string) {
    this.#target = target;
  }

  async write(record: StoredRecord): Promise<void> {
    const isShadow = record.shadow === true;
    const name = `${isShadow ? 'shadow' : 'version'}-${record.version}`;
    let writer = this.#writers.get(name);
    if (!writer) {
      writer = new LineWriter(record.version, isShadow, this.#target(name));
      this.#writers.set(name, writer);
    }
    await writer.write(record);
  }

  end(): Promise<VersionLines[]> {
    return Promise.all([...this.#writers.values()].map((writer) => writer.end()));
  }
}

class LineWriter {
  readonly #lines: VersionLines;
  readonly #stream: WriteStream;
  readonly #done: Promise<void>;

  constructor(version: number, isShadow: boolean, path: string) {
    const firstEventTime = Number.POSITIVE_INFINITY;
    const lastEventTime = Number.NEGATIVE_INFINITY;
    const lastReceivedAt = Number.NEGATIVE_INFINITY;
    this.#lines = { version, isShadow, path, rows: 0, firstEventTime, lastEventTime, lastReceivedAt };
    this.#stream = createWriteStream(path);
    this.#done = finished(this.#stream);
    this.#done.catch(() => {});
  }

  async write(record: StoredRecord): Promise<void> {
    this.#lines.rows++;
    this.#lines.firstEventTime = Math.min(this.#lines.firstEventTime, record.event_time);
    this.#lines.lastEventTime = Math.max(this.#lines.lastEventTime, record.event_time);
    this.#lines.lastReceivedAt = Math.max(this.#lines.lastReceivedAt, record.received_at);
    if (this.#stream.errored) return this.#done;
    if (!this.#stream.write(`${JSON.stringify(record, wellFormed)}\n`)) {
      await Promise.race([once(this.#stream, 'drain'), this.#done]);
    }
  }

  async end(): Promise<VersionLines> {
    this.#stream.end();
    await this.#done;
    return this.#lines;
  }
}

/** A text in JSON may hold half a surrogate pair, UTF-8 may not: such halves become U+FFFD. */
function wellFormed(_: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed() : value;
}
