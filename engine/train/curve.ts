import type { FitCurve } from '../contract/train-sweeps.ts';

export type CurvePoint = FitCurve['points'][number];

const mostPoints = 200;

/** All that a recorder has taken, to go on with. */
export interface RecordedCurve {
  points: CurvePoint[];
  last: CurvePoint | null;
  stride: number;
  count: number;
}

const nothingRecorded: RecordedCurve = { points: [], last: null, stride: 1, count: 0 };

/**
 * What a fit tells of its rounds, epochs or iterations, as the points of a curve: at most 200, evenly over all steps, and
 * always the last one. Steps without metrics have no point.
 */
export class CurveRecorder {
  #points: CurvePoint[];
  #last: CurvePoint | null;
  #stride: number;
  #count: number;
  /** Steps up to it were told before the fit was broken off. */
  readonly #known: number;

  /** @param recorded of the same fit, before it was broken off. */
  constructor({ points, last, stride, count } = nothingRecorded) {
    this.#points = [...points];
    this.#last = last;
    this.#stride = stride;
    this.#count = count;
    this.#known = last?.step ?? Number.NEGATIVE_INFINITY;
  }

  add(step: number, metrics: Record<string, number> | undefined): void {
    if (metrics === undefined || step <= this.#known) return;
    this.#last = { step, metrics };
    if (this.#count++ % this.#stride === 0) this.#points.push(this.#last);
    if (this.#points.length < mostPoints) return;
    this.#points = this.#points.filter((_, index) => index % 2 === 0);
    this.#stride *= 2;
  }

  get recorded(): RecordedCurve {
    return { points: [...this.#points], last: this.#last, stride: this.#stride, count: this.#count };
  }

  get points(): CurvePoint[] {
    const last = this.#last;
    return last === null || this.#points.at(-1)?.step === last.step ? [...this.#points] : [...this.#points, last];
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
