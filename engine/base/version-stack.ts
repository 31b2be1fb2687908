/** A move to a version: a new one, or back to one that was before. */
export interface VersionMove {
  /** Null where it leads nowhere any more. */
  to: number | null;
  isRollback: boolean;
}

/**
 * The version that a rollback leads to: the one under the top of the stack that moves push to and rollbacks pop from.
 * @param moves oldest first
 * @param isThere false for versions that are gone; they are passed over
 */
export function versionBefore(
  moves: readonly VersionMove[],
  isThere: (version: number) => boolean = () => true,
): number | undefined {
  const stack: (number | null)[] = [];
  for (const { to, isRollback } of moves) {
    if (isRollback) {
      stack.pop();
      if (stack.includes(to)) while (stack.at(-1) !== to) stack.pop();
    } else {
      if (stack.at(-1) === null) stack.pop();
      stack.push(to);
    }
  }
  return stack.slice(0, -1).findLast((version): version is number => version !== null && isThere(version));
}
