import type { Signature } from '../contract/values.ts';

/** Reads a label as a finite number or as the index of its class in the signature; NaN where it is neither. */
export function targetReader({ classes = [], task }: Pick<Signature, 'classes' | 'task'>): (label: string) => number {
  if (task === 'regression') {
    return (label) => (label.trim() !== '' && Number.isFinite(Number(label)) ? Number(label) : Number.NaN);
  }
  const indexes = new Map(classes.map((name, index) => [name, index]));
  return (label) => indexes.get(label) ?? indexes.get(String(Number(label))) ?? Number.NaN;
}
