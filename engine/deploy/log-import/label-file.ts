import type { LabelRecord, LogHeader } from '../../contract/serving.ts';
import { frameRoom, writeFrame } from '../../serving/log-frame.ts';
import { LogSegment } from '../../serving/log-segment.ts';

/** Labels of a segment: so many are taken over in one transaction. */
const labelsPerSegment = 5000;

/** Writes labels to segments, as a prediction server does with those that it is sent. */
export class LabelFile {
  /** Paths of what was written, in its order. */
  readonly segments: string[] = [];
  count = 0;
  readonly #folder: string;
  readonly #header: LogHeader;
  #waiting: string[] = [];

  /** @param folder that exists */
  constructor(folder: string, header: LogHeader) {
    this.#folder = folder;
    this.#header = header;
  }

  async append(record: LabelRecord): Promise<void> {
    this.count++;
    this.#waiting.push(JSON.stringify(record));
    if (this.#waiting.length >= labelsPerSegment) await this.end();
  }

  /** Writes what waits. */
  async end(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const segment = await LogSegment.create(this.#folder, this.#header, this.segments.length + 1);
    await segment.write([framed(this.#waiting)]);
    this.segments.push(await segment.close());
    this.#waiting = [];
  }
}

function framed(payloads: readonly string[]): Buffer {
  const buffer = Buffer.alloc(payloads.reduce((room, payload) => room + frameRoom(payload), 0));
  return buffer.subarray(
    0,
    payloads.reduce((position, payload) => writeFrame(buffer, position, payload), 0),
  );
}
