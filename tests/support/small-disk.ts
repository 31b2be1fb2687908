import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, type TestContext } from 'vitest';
import { temporaryFolder } from './temporary.ts';

/** A disk of a few megabytes; the test is skipped where none can be mounted. */
export function smallDisk(context: Pick<TestContext, 'skip'>, megabytes: number): string {
  const disk = join(temporaryFolder(), 'small-disk');
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', disk], { stdio: 'pipe' });
  } catch {
    context.skip('a small tmpfs can be mounted by root on Linux only');
  }
  onTestFinished(() => {
    execFileSync('umount', ['-l', disk]);
  });
  return disk;
}

function roomOn(disk: string): number {
  return Number(execFileSync('df', ['--output=avail', '-B1', disk], { encoding: 'utf8' }).split('\n')[1]);
}

/**
 * Does some work on a disk that is full but for a little, then but for a little more, until it succeeds; every failure
 * must say that the disk is full.
 * @param look what must hold after each failure
 */
export async function untilRoom(
  disk: string,
  work: () => Promise<unknown>,
  look: (room: number) => Promise<void>,
): Promise<void> {
  const filler = join(disk, 'filler');
  const pageBytes = 4096;
  let refused = 0;
  for (let room = 0; ; room += Math.max(3 * pageBytes, Math.floor(room / 8 / pageBytes) * pageBytes)) {
    writeFileSync(filler, Buffer.alloc(Math.max(0, roomOn(disk) - room)));
    const failed = await work().then(
      () => undefined,
      (error: Error & { code?: string }) => error,
    );
    rmSync(filler);
    if (!failed) break;
    refused++;
    expect(`${failed.code} ${failed.message}`).toMatch(/disk_full|SQLITE_FULL|ENOSPC|no space|disk is full/i);
    await look(room);
  }
  expect(refused).toBeGreaterThan(1);
}
