import { solveSymmetric } from './cholesky.ts';

/** A smooth convex function with what is needed to minimise it. */
export interface Objective {
  size: number;
  evaluate(point: Float64Array): Evaluation;
}

export interface Evaluation {
  value: number;
  gradient: Float64Array;
  /** Second derivatives, size x size, lower triangle; worked out when asked for. */
  hessian(): Float64Array;
}

export interface MinimiseOptions {
  /** Converged when no element of the gradient is larger. */
  tolerance: number;
  maximumIterations: number;
  /** Called before each iteration; may throw to stop. */
  onIteration(iteration: number, evaluation: Evaluation): void;
}

export interface Minimum {
  point: Float64Array;
  converged: boolean;
  iterations: number;
}

/** Newton's method with backtracking: few iterations, each of which solves a linear system of the objective's size. */
export function newton(objective: Objective, start: Float64Array, options: MinimiseOptions): Minimum {
  return descend(objective, start, options, ({ gradient, hessian }) => {
    const step = solveSymmetric(hessian(), gradient);
    return step.map((value) => -value);
  });
}

const historyLength = 10;

/** Limited-memory BFGS (Nocedal, Wright: Numerical Optimization, algorithm 7.4) with backtracking, for many variables. */
export function limitedMemoryBfgs(objective: Objective, start: Float64Array, options: MinimiseOptions): Minimum {
  const history: { step: Float64Array; change: Float64Array; curvature: number }[] = [];
  let last: { point: Float64Array; gradient: Float64Array } | undefined;
  return descend(objective, start, options, ({ gradient }, point) => {
    if (last) {
      const step = difference(point, last.point);
      const change = difference(gradient, last.gradient);
      const curvature = dot(step, change);
      if (curvature > Number.EPSILON * dot(change, change)) history.push({ step, change, curvature });
      if (history.length > historyLength) history.shift();
    }
    last = { point, gradient };
    const direction = gradient.map((value) => -value);
    const factors = history.map(() => 0);
    for (let index = history.length - 1; index >= 0; index--) {
      const { step, change, curvature } = history[index] as (typeof history)[number];
      factors[index] = dot(step, direction) / curvature;
      addScaled(direction, change, -(factors[index] as number));
    }
    const newest = history[history.length - 1];
    const scale = newest ? newest.curvature / dot(newest.change, newest.change) : 1 / Math.max(1, norm(gradient));
    for (let index = 0; index < direction.length; index++) direction[index] = (direction[index] as number) * scale;
    history.forEach(({ step, change, curvature }, index) => {
      addScaled(direction, step, (factors[index] as number) - dot(change, direction) / curvature);
    });
    return direction;
  });
}

type Direction = (evaluation: Evaluation, point: Float64Array) => Float64Array;

function descend(objective: Objective, start: Float64Array, options: MinimiseOptions, direction: Direction): Minimum {
  let point = start;
  let evaluation = objective.evaluate(point);
  for (let iteration = 0; iteration < options.maximumIterations; iteration++) {
    options.onIteration(iteration, evaluation);
    if (isFlat(evaluation, options.tolerance)) return { point, converged: true, iterations: iteration };
    const next = backtrack(objective, point, evaluation, direction(evaluation, point));
    if (!next) return { point, converged: false, iterations: iteration };
    ({ point, evaluation } = next);
  }
  return { point, converged: isFlat(evaluation, options.tolerance), iterations: options.maximumIterations };
}

function isFlat({ gradient }: Evaluation, tolerance: number): boolean {
  return gradient.every((value) => Math.abs(value) <= tolerance);
}

const sufficientDecrease = 1e-4;
const smallestStep = 2 ** -40;

/** Halves the step until the value falls enough (Armijo), up to rounding; undefined where no step helps. */
function backtrack(objective: Objective, point: Float64Array, current: Evaluation, direction: Float64Array) {
  const slope = dot(current.gradient, direction);
  const rounding = 4 * Number.EPSILON * Math.abs(current.value);
  for (let step = 1; step >= smallestStep; step /= 2) {
    const candidate = point.slice();
    addScaled(candidate, direction, step);
    const evaluation = objective.evaluate(candidate);
    if (evaluation.value <= current.value + sufficientDecrease * step * slope + rounding) {
      return { point: candidate, evaluation };
    }
  }
  return undefined;
}

function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < left.length; index++) sum += (left[index] as number) * (right[index] as number);
  return sum;
}

function norm(values: Float64Array): number {
  return Math.sqrt(dot(values, values));
}

function difference(left: Float64Array, right: Float64Array): Float64Array {
  return left.map((value, index) => value - (right[index] as number));
}

function addScaled(target: Float64Array, direction: Float64Array, scale: number): void {
  for (let index = 0; index < target.length; index++) {
    target[index] = (target[index] as number) + scale * (direction[index] as number);
  }
}
