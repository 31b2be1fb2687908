import type { FitCurve } from '../contract/train-sweeps.ts';
import { CurveRecorder } from './curve.ts';

interface Drawn {
  curve: Omit<FitCurve, 'points'>;
  recorder: CurveRecorder;
}

const mostCurves = 200;

/** The curves of fits of jobs that run, for windows that come to look at them later. */
export class CurveBoard {
  readonly #jobs = new Map<string, Map<string, Drawn>>();

  /** @param curve with its new points. */
  add(jobId: string, { points, ...curve }: FitCurve): void {
    const curves = this.#jobs.get(jobId) ?? new Map<string, Drawn>();
    this.#jobs.set(jobId, curves);
    const key = [curve.learner, curve.trial ?? '', curve.fold ?? ''].join(' ');
    const drawn = curves.get(key) ?? { curve, recorder: new CurveRecorder() };
    // A fit that begins anew, with a larger share of its rounds, is another curve.
    const isAnew = curve.done < drawn.curve.done;
    const next = { curve, recorder: isAnew ? new CurveRecorder() : drawn.recorder };
    for (const { step, metrics } of points) next.recorder.add(step, metrics);
    curves.delete(key);
    curves.set(key, next);
    const [oldest] = curves.keys();
    if (curves.size > mostCurves && oldest !== undefined) curves.delete(oldest);
  }

  curvesOf(jobId: string): FitCurve[] {
    return [...(this.#jobs.get(jobId)?.values() ?? [])].map(({ curve, recorder }) => {
      return { ...curve, points: recorder.points };
    });
  }

  forget(jobId: string): void {
    this.#jobs.delete(jobId);
  }
}
