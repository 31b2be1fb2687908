/** Up to so many columns the engine judges by every two of them together, too. */
const mostCrossed = 4;

/** What fairness is judged by when these columns are chosen. */
export function sensitiveHint({ length }: readonly string[]): string {
  if (length < 2) return 'groups of people to compare';
  return length <= mostCrossed ? 'each alone, and every two together' : 'each alone';
}

/** Whether a judgement by `A+B` came with those by A and by B. */
export function isCrossed(by: string, judged: readonly string[]): boolean {
  const parts = by.split('+');
  return parts.length > 1 && parts.every((part) => judged.includes(part));
}
