import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'vitest';

/** The checkout. */
export const checkoutFolder = fileURLToPath(new URL('../..', import.meta.url));

type Skippable = Pick<TestContext, 'skip'>;

/**
 * Path of a file or folder of the shared material beside the checkout (`needsShared(context, 'data', 'titanic')`); the
 * test is skipped where it is not there.
 */
export function needsShared(context: Skippable, ...path: string[]): string {
  const wanted = join(checkoutFolder, '..', 'shared', ...path);
  if (!existsSync(wanted)) context.skip(`../shared/${path.join('/')} is not beside the checkout`);
  return wanted;
}

/** Skips a test that takes minutes unless GALLEY_LONG_TESTS is set, as CI does. */
export function needsLongTests(context: Skippable): void {
  if (!process.env.GALLEY_LONG_TESTS) context.skip('it takes minutes; GALLEY_LONG_TESTS=1 runs it');
}

/** Skips the test where a program is not on the PATH. */
export function needsProgram(context: Skippable, program: string): void {
  if (!isOnPath(program)) context.skip(`the program ${program} is not installed`);
}

/** Skips the test on systems other than the given ones (`linux`, `darwin`, `win32`). */
export function needsPlatform(context: Skippable, ...platforms: NodeJS.Platform[]): void {
  if (!platforms.includes(process.platform))
    context.skip(`only on ${platforms.join(', ')}, this is ${process.platform}`);
}

/** Skips the test where this process is not the administrator (needed to mount or to open low ports). */
export function needsRoot(context: Skippable): void {
  if (process.getuid?.() !== 0) context.skip('only as root');
}

/** Whether a program is on the PATH. */
export function isOnPath(program: string): boolean {
  try {
    execFileSync(process.platform === 'win32' ? 'where' : 'which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
