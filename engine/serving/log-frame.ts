import { crc32 } from 'node:zlib';

/** The first bytes of every segment: a name, and a line end that text transfers would change. */
export const segmentMagic = Buffer.from('GALLEYP1\r\n\x1a\n', 'latin1');

/** Length and checksum, each an unsigned 32-bit integer, little endian. */
export const frameHeaderBytes = 8;

/** A longer payload is not written; a longer length in a file is damage. */
export const largestPayload = 64 * 1024 * 1024;

/** Writes a frame at `position`. The buffer must have `frameRoom(payload)` bytes left. @returns the position after it */
export function writeFrame(buffer: Buffer, position: number, payload: string): number {
  const start = position + frameHeaderBytes;
  const end = start + buffer.write(payload, start, 'utf8');
  buffer.writeUInt32LE(end - start, position);
  buffer.writeUInt32LE(crc32(buffer.subarray(start, end)), position + 4);
  return end;
}

/** Bytes that a frame of this payload takes at most: three a UTF-16 unit in UTF-8. */
export function frameRoom(payload: string): number {
  return frameHeaderBytes + payload.length * 3;
}

/** What follows the last whole frame of a file that ends in the middle of one. */
export interface TornTail {
  /** Where the first bad frame begins. */
  offset: number;
  bytes: number;
  reason: 'cut' | 'length' | 'checksum';
}

export type FrameRead = { payload: Buffer; next: number } | { torn: TornTail };

/** The frame at `position`, or why there is none. */
export function readFrame(file: Buffer, position: number): FrameRead {
  const bytes = file.length - position;
  const torn = (reason: TornTail['reason']): FrameRead => ({ torn: { offset: position, bytes, reason } });
  if (bytes < frameHeaderBytes) return torn('cut');
  const length = file.readUInt32LE(position);
  // No frame is empty: zeros that a file system left after a crash must not pass as frames.
  if (length === 0 || length > largestPayload) return torn('length');
  if (bytes < frameHeaderBytes + length) return torn('cut');
  const start = position + frameHeaderBytes;
  const payload = file.subarray(start, start + length);
  if (crc32(payload) !== file.readUInt32LE(position + 4)) return torn('checksum');
  return { payload, next: start + length };
}
