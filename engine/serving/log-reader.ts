import { readFile } from 'node:fs/promises';
import { GalleyError } from '../base/errors.ts';
import type { LogHeader, PredictionRecord } from '../contract/serving.ts';
import { readFrame, segmentMagic, type TornTail } from './log-frame.ts';

/** A segment of a log of predictions or of labels. Going over it again reads it again. */
export class SegmentReader<Record = PredictionRecord> {
  readonly header: LogHeader;
  readonly #file: Buffer;
  readonly #start: number;
  #tornTail: TornTail | null = null;

  constructor(header: LogHeader, file: Buffer, start: number) {
    this.header = header;
    this.#file = file;
    this.#start = start;
  }

  /** What could not be read, known once the records were gone over; null where the segment is whole. */
  get tornTail(): TornTail | null {
    return this.#tornTail;
  }

  /** The records in the order in which they were answered, up to the first frame that is not whole. */
  *records(): Generator<Record, void> {
    this.#tornTail = null;
    let position = this.#start;
    while (position < this.#file.length) {
      const frame = readFrame(this.#file, position);
      if ('torn' in frame) {
        this.#tornTail = frame.torn;
        return;
      }
      yield JSON.parse(frame.payload.toString('utf8')) as Record;
      position = frame.next;
    }
  }
}

/**
 * Opens a segment, closed or still being written. Its size is bounded by the log's limits, so it is read as a whole.
 * @returns null where the server ended before it had written as much as the header
 * @throws GalleyError `serving.log_format` where the file is something else or of a newer format
 */
export async function openSegment<Record = PredictionRecord>(path: string): Promise<SegmentReader<Record> | null> {
  const file = await readFile(path);
  const begin = file.subarray(0, segmentMagic.length);
  if (!begin.equals(segmentMagic.subarray(0, begin.length))) throw notASegment(path);
  if (begin.length < segmentMagic.length) return null;
  const frame = readFrame(file, segmentMagic.length);
  if ('torn' in frame) return null;
  const header = JSON.parse(frame.payload.toString('utf8')) as LogHeader;
  if (header.format !== 1) throw notASegment(path, `Its format is ${header.format}; this Galley reads format 1.`);
  return new SegmentReader<Record>(header, file, frame.next);
}

function notASegment(path: string, reason = 'It does not begin as one does.'): GalleyError {
  return new GalleyError('serving.log_format', `${path} is not a segment of the prediction log. ${reason}`, {
    details: { path },
  });
}
