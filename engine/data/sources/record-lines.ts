import { createReadStream } from 'node:fs';

const quote = 0x22;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

export interface RecordPlaces {
  delimiter: string;
  /** Bytes before the first data record, and the line (from 1) on which it begins. */
  start: number;
  firstLine: number;
}

/**
 * The lines on which data records of a well-formed CSV file begin. Blank lines are no records.
 * @param records places of the records, from 0
 * @returns the line of each record that was asked for, and how many records the file has
 */
export async function linesOfRecords(
  path: string,
  places: RecordPlaces,
  records: ReadonlySet<number>,
): Promise<{ lines: Map<number, number>; records: number }> {
  const delimiter = places.delimiter.charCodeAt(0);
  const lines = new Map<number, number>();
  let line = places.firstLine;
  let record = 0;
  let recordLine = line;
  let isQuoted = false;
  let cellBegins = true;
  let justClosed = false;
  let isBlank = true;
  let before = 0;
  const endRecord = () => {
    if (!isBlank) {
      if (records.has(record)) lines.set(record, recordLine);
      record++;
    }
    recordLine = line;
    isBlank = true;
    cellBegins = true;
  };
  for await (const chunk of createReadStream(path, { start: places.start, highWaterMark: 1 << 20 })) {
    for (const byte of chunk as Buffer) {
      const isLineEnd = byte === lineFeed || byte === carriageReturn;
      if (isLineEnd && !(byte === lineFeed && before === carriageReturn)) line++;
      if (isQuoted) {
        isQuoted = byte !== quote;
        justClosed = !isQuoted;
      } else if (isLineEnd) {
        if (byte === lineFeed && before === carriageReturn) recordLine = line;
        else endRecord();
      } else {
        isBlank = false;
        // A doubled quote inside a quoted cell closes it and opens it again.
        if (byte === quote && (cellBegins || justClosed)) isQuoted = true;
        justClosed = false;
        cellBegins = byte === delimiter;
      }
      before = byte;
    }
  }
  endRecord();
  return { lines, records: record };
}
