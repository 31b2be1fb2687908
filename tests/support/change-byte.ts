import { readFileSync, writeFileSync } from 'node:fs';

/** Turns the lowest bit of a byte in the middle of a file. */
export function changeByte(path: string): void {
  const bytes = readFileSync(path);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] as number) ^ 1;
  writeFileSync(path, bytes);
}
