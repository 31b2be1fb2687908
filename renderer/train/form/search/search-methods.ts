import type { SearchMethod } from '../../../../engine/contract/train-sweeps.ts';

/** The methods of a search, each with one line of what it does. */
export const methodChoices: { value: SearchMethod; label: string; line: string }[] = [
  { value: 'tpe', label: 'TPE', line: 'Learns from the trials before where good values lie; begins with 8 at random.' },
  { value: 'random', label: 'Random', line: 'Draws each value at random from its range, independent of the others.' },
  { value: 'grid', label: 'Grid', line: 'Tries every combination; of a range it takes evenly spaced values.' },
];

export function methodTitle(method: SearchMethod): string {
  return methodChoices.find(({ value }) => value === method)?.label ?? method;
}
