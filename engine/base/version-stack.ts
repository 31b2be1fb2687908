/** A move to a version: a new one, or back to one that was before. */
export interface VersionMove {
  to: number;
  isRollback: boolean;
}

/**
 * The version that a rollback leads to: the one under the top of the stack that moves push to and rollbacks pop from.
 * @param moves oldest first
 */
export function versionBefore(moves: readonly VersionMove[]): number | undefined {
  const stack: number[] = [];
  for (const { to, isRollback } of moves) {
    if (isRollback) stack.pop();
    else stack.push(to);
  }
  return stack.at(-2);
}
