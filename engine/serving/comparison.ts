import type { VersionStatus } from '../contract/traffic.ts';
import type { AnsweredRow } from './answer-text.ts';

/**
 * How far two answers to the same row are apart: 1 for another label, 0 for the same; of numbers the absolute difference in
 * units of the target. Null where one of them is no finite number.
 */
export function difference(one: AnsweredRow, other: AnsweredRow): number | null {
  if (one.label !== null || other.label !== null) return one.label === other.label ? 0 : 1;
  const apart = Math.abs((one.scores[0] as number) - (other.scores[0] as number));
  return Number.isFinite(apart) ? apart : null;
}

/** A version's answers beside those of another, on the same rows. */
export class Comparison {
  #rows = 0;
  #sum = 0;
  #dropped = 0;
  #failed = 0;

  add(difference: number): void {
    this.#rows++;
    this.#sum += difference;
  }

  drop(rows: number): void {
    this.#dropped += rows;
  }

  fail(rows: number): void {
    this.#failed += rows;
  }

  figures(): VersionStatus['compared'] {
    return {
      rows: this.#rows,
      disagreement: this.#rows === 0 ? null : this.#sum / this.#rows,
      dropped: this.#dropped,
      failed: this.#failed,
    };
  }
}
