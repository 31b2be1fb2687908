import type { Evaluation, MinimiseOptions, Minimum, Objective } from './minimise.ts';

/*
 * Minimises a smooth convex objective plus the sum of |point[place]| times limits[place] (elastic net: Zou, Hastie 2005).
 * Converged where no element of the smallest subgradient is larger than the tolerance.
 */

/**
 * Proximal Newton (Lee, Sun, Saunders 2014): each step minimises the quadratic model with the absolute values by cyclic
 * coordinate descent (Friedman, Hastie, Tibshirani 2010), then the line is searched. For up to a few thousand variables.
 */
export function proximalNewton(
  objective: Objective,
  limits: Float64Array,
  start: Float64Array,
  options: MinimiseOptions,
): Minimum {
  let point = start;
  let evaluation = objective.evaluate(point);
  for (let iteration = 0; iteration < options.maximumIterations; iteration++) {
    options.onIteration(iteration, evaluation);
    if (isStationary(point, evaluation.gradient, limits, options.tolerance)) {
      return { point, converged: true, iterations: iteration };
    }
    const candidate = descendCoordinates(point, evaluation, limits, options.tolerance);
    const next = search(objective, limits, point, evaluation, candidate);
    if (!next) return { point, converged: false, iterations: iteration };
    ({ point, evaluation } = next);
  }
  const converged = isStationary(point, evaluation.gradient, limits, options.tolerance);
  return { point, converged, iterations: options.maximumIterations };
}

/** FISTA (Beck, Teboulle 2009) with backtracking and restarts (O'Donoghue, Candes 2015), for many variables. */
export function fista(
  objective: Objective,
  limits: Float64Array,
  start: Float64Array,
  options: MinimiseOptions,
): Minimum {
  let point = start;
  let ahead = start;
  let momentum = 1;
  let step = 1;
  for (let iteration = 0; iteration < options.maximumIterations; iteration++) {
    const evaluation = objective.evaluate(ahead);
    options.onIteration(iteration, evaluation);
    if (isStationary(ahead, evaluation.gradient, limits, options.tolerance)) {
      return { point: ahead, converged: true, iterations: iteration };
    }
    step *= 1.25;
    let next = shrunk(ahead, evaluation.gradient, limits, step);
    while (!isBelowModel(objective, ahead, evaluation, next, step)) {
      step /= 2;
      next = shrunk(ahead, evaluation.gradient, limits, step);
    }
    const previous = point;
    const turnsBack = ahead.reduce((sum, value, place) => {
      return sum + (value - (next[place] as number)) * ((next[place] as number) - (previous[place] as number));
    }, 0);
    const following = turnsBack > 0 ? 1 : (1 + Math.sqrt(1 + 4 * momentum ** 2)) / 2;
    const inertia = turnsBack > 0 ? 0 : (momentum - 1) / following;
    ahead = next.map((value, place) => value + inertia * (value - (previous[place] as number)));
    momentum = following;
    point = next;
  }
  return { point, converged: false, iterations: options.maximumIterations };
}

/** The element of the subdifferential that is nearest to 0, element by element. */
function isStationary(point: Float64Array, gradient: Float64Array, limits: Float64Array, tolerance: number): boolean {
  return gradient.every((slope, place) => {
    const limit = limits[place] as number;
    const value = point[place] as number;
    const nearest = value === 0 ? Math.max(0, Math.abs(slope) - limit) : Math.abs(slope + Math.sign(value) * limit);
    return nearest <= tolerance;
  });
}

function softThreshold(value: number, limit: number): number {
  return Math.abs(value) <= limit ? 0 : value - Math.sign(value) * limit;
}

const mostSweeps = 1000;

/** The minimum of the quadratic model around a point, with the absolute values. */
function descendCoordinates(
  start: Float64Array,
  { gradient, hessian }: Evaluation,
  limits: Float64Array,
  tolerance: number,
): Float64Array {
  const size = start.length;
  const lower = hessian();
  const point = start.slice();
  const slope = gradient.slice();
  const curvature = (row: number, column: number) =>
    lower[row >= column ? row * size + column : column * size + row] as number;
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let largest = 0;
    for (let place = 0; place < size; place++) {
      const own = curvature(place, place);
      if (!(own > 0)) continue;
      const before = point[place] as number;
      const after = softThreshold(before - (slope[place] as number) / own, (limits[place] as number) / own);
      const change = after - before;
      if (change === 0) continue;
      point[place] = after;
      largest = Math.max(largest, Math.abs(change) * own);
      for (let other = 0; other < size; other++) {
        slope[other] = (slope[other] as number) + change * curvature(other, place);
      }
    }
    if (largest <= tolerance / 10) break;
  }
  return point;
}

const sufficientDecrease = 1e-4;
const smallestStep = 2 ** -40;

function search(
  objective: Objective,
  limits: Float64Array,
  point: Float64Array,
  current: Evaluation,
  candidate: Float64Array,
): { point: Float64Array; evaluation: Evaluation } | undefined {
  const direction = candidate.map((value, place) => value - (point[place] as number));
  const absolute = (at: Float64Array) =>
    at.reduce((sum, value, place) => sum + Math.abs(value) * (limits[place] as number), 0);
  const slope = direction.reduce((sum, value, place) => sum + value * (current.gradient[place] as number), 0);
  const decrease = slope + absolute(candidate) - absolute(point);
  const whole = current.value + absolute(point);
  const rounding = 4 * Number.EPSILON * Math.abs(whole);
  for (let step = 1; step >= smallestStep; step /= 2) {
    const next = step === 1 ? candidate : point.map((value, place) => value + step * (direction[place] as number));
    const evaluation = objective.evaluate(next);
    if (evaluation.value + absolute(next) <= whole + sufficientDecrease * step * decrease + rounding) {
      return { point: next, evaluation };
    }
  }
  return undefined;
}

function shrunk(point: Float64Array, gradient: Float64Array, limits: Float64Array, step: number): Float64Array {
  return point.map((value, place) =>
    softThreshold(value - step * (gradient[place] as number), step * (limits[place] as number)),
  );
}

/** Whether the objective lies below its quadratic bound of curvature 1 / step. */
function isBelowModel(
  objective: Objective,
  point: Float64Array,
  { value, gradient }: Evaluation,
  next: Float64Array,
  step: number,
): boolean {
  let bound = value;
  for (let place = 0; place < next.length; place++) {
    const change = (next[place] as number) - (point[place] as number);
    bound += change * (gradient[place] as number) + change ** 2 / (2 * step);
  }
  return step < smallestStep || objective.evaluate(next).value <= bound + 4 * Number.EPSILON * Math.abs(bound);
}
