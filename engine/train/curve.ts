import type { FitCurve } from '../contract/train-sweeps.ts';

export type CurvePoint = FitCurve['points'][number];

const mostPoints = 200;

/**
 * What a fit tells of its rounds, epochs or iterations, as the points of a curve: at most 200, evenly over all steps, and
 * always the last one. Steps without metrics have no point.
 */
export class CurveRecorder {
  #points: CurvePoint[] = [];
  #last: CurvePoint | undefined;
  #stride = 1;
  #count = 0;

  add(step: number, metrics: Record<string, number> | undefined): void {
    if (metrics === undefined) return;
    this.#last = { step, metrics };
    if (this.#count++ % this.#stride === 0) this.#points.push(this.#last);
    if (this.#points.length < mostPoints) return;
    this.#points = this.#points.filter((_, index) => index % 2 === 0);
    this.#stride *= 2;
  }

  get points(): CurvePoint[] {
    const last = this.#last;
    return last === undefined || this.#points.at(-1) === last ? [...this.#points] : [...this.#points, last];
  }
}

/** Lets something through at most once in so many milliseconds. */
export function throttle(milliseconds: number): () => boolean {
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    const now = performance.now();
    if (now - last < milliseconds) return false;
    last = now;
    return true;
  };
}
