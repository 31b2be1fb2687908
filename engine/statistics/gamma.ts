/** zeta(k) - 1 for k = 2, 3, …: divided by k, the Taylor coefficients of ln Gamma around 2 (DLMF 5.7.3). */
const zetaMinusOne = [
  0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993, 0.01734306198444914,
  0.008349277381922827, 0.00407735619794434, 0.002008392826082214, 0.0009945751278180853, 0.0004941886041194646,
  0.0002460865533080483, 0.0001227133475784891, 6.124813505870483e-5, 3.058823630702049e-5, 1.528225940865187e-5,
  7.637197637899763e-6, 3.81729326499984e-6, 1.908212716553939e-6, 9.539620338727962e-7, 4.769329867878066e-7,
  2.38450502727733e-7, 1.192199259653111e-7, 5.960818905125948e-8, 2.980350351465228e-8, 1.490155482836504e-8,
  7.45071178983543e-9, 3.725334024788457e-9, 1.862659723513049e-9,
];
const oneMinusEulerGamma = 0.42278433509846713;
const halfLogTwoPi = 0.9189385332046727;
const tiny = 1e-300;

/** Natural logarithm of the gamma function for x > 0, also close to its zeros at 1 and 2. @throws RangeError else. */
export function logGamma(x: number): number {
  if (!(x > 0)) throw new RangeError(`logGamma: ${x} is not positive`);
  if (x < 0.5) return logGamma(x + 1) - Math.log(x);
  if (x < 1.5) return logGammaAroundTwo(x - 1) - Math.log1p(x - 1);
  if (x <= 2.5) return logGammaAroundTwo(x - 2);
  return (x - 0.5) * Math.log(x) - x + halfLogTwoPi + stirlingError(x);
}

/** ln Gamma(2 + z) for |z| <= 0.5. */
function logGammaAroundTwo(z: number): number {
  let sum = 0;
  for (let index = zetaMinusOne.length - 1; index >= 0; index--) {
    sum = (zetaMinusOne[index] as number) / (index + 2) - z * sum;
  }
  return z * (oneMinusEulerGamma + z * sum);
}

/**
 * ln Gamma(x) - [(x - 1/2) ln x - x + ln(2 pi) / 2] for x > 0: the tail of Stirling's series (DLMF 5.11.1), reached for
 * small x by the recurrence.
 */
export function stirlingError(x: number): number {
  if (x < 15) {
    // s(x) = s(x + 1) + (x + 1/2) ln(1 + 1/x) - 1
    return stirlingError(x + 1) + (x + 0.5) * Math.log1p(1 / x) - 1;
  }
  const square = 1 / (x * x);
  const series =
    1 / 12 -
    square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square * (1 / 1188 - (square * 691) / 360360))));
  return series / x;
}

/**
 * a ln(a / x) + x - a >= 0 without cancellation where x is close to a (bd0 of Loader 2000, Fast and accurate computation
 * of binomial probabilities).
 */
export function poissonDeviance(a: number, x: number): number {
  const difference = a - x;
  if (Math.abs(difference) >= 0.1 * (a + x)) return a * Math.log(a / x) + x - a;
  const ratio = difference / (a + x);
  let sum = difference * ratio;
  let power = 2 * a * ratio;
  for (let odd = 3; ; odd += 2) {
    power *= ratio * ratio;
    const next = sum + power / odd;
    if (next === sum) return sum;
    sum = next;
  }
}

/** x^a e^-x / Gamma(a + 1), accurate for large a. */
function poissonTerm(a: number, x: number): number {
  if (a < 1e-3) return Math.exp(a * Math.log(x) - x - logGamma(a + 1));
  return Math.exp(-stirlingError(a) - poissonDeviance(a, x)) / Math.sqrt(2 * Math.PI * a);
}

/** Regularised lower incomplete gamma function P(a, x) for a > 0, x >= 0 (DLMF 8.2.4). @throws RangeError else. */
export function regularizedLowerGamma(a: number, x: number): number {
  checkGammaArguments(a, x);
  if (x === 0) return 0;
  if (x === Number.POSITIVE_INFINITY) return 1;
  return x < a + 1 ? lowerGammaSeries(a, x) : 1 - upperGammaFraction(a, x);
}

/** Regularised upper incomplete gamma function Q(a, x) = 1 - P(a, x), with full relative accuracy in the tail. */
export function regularizedUpperGamma(a: number, x: number): number {
  checkGammaArguments(a, x);
  if (x === 0) return 1;
  if (x === Number.POSITIVE_INFINITY) return 0;
  return x < a + 1 ? 1 - lowerGammaSeries(a, x) : upperGammaFraction(a, x);
}

function checkGammaArguments(a: number, x: number): void {
  if (!(a > 0 && x >= 0)) throw new RangeError(`incomplete gamma: a = ${a} and x = ${x} are outside its domain`);
}

/** DLMF 8.7.1: all terms positive. */
function lowerGammaSeries(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let step = 1; term > sum * Number.EPSILON; step++) {
    term *= x / (a + step);
    sum += term;
  }
  return poissonTerm(a, x) * sum;
}

/** DLMF 8.9.2 by the modified Lentz algorithm (Thompson, Barnett 1986). */
function upperGammaFraction(a: number, x: number): number {
  let denominator = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / denominator;
  let fraction = d;
  for (let step = 1; ; step++) {
    const numerator = -step * (step - a);
    denominator += 2;
    d = 1 / notZero(numerator * d + denominator);
    c = notZero(denominator + numerator / c);
    const factor = c * d;
    fraction *= factor;
    if (Math.abs(factor - 1) <= Number.EPSILON) break;
  }
  return poissonTerm(a, x) * a * fraction;
}

function notZero(value: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}

/**
 * Regularised incomplete beta function I_x(a, b) for a, b > 0 and 0 <= x <= 1 (DLMF 8.17.2).
 * @param complement 1 - x, to be given where x is so close to 1 that the difference would lose digits.
 * @throws RangeError outside.
 */
export function regularizedBeta(a: number, b: number, x: number, complement = 1 - x): number {
  if (!(a > 0 && b > 0 && x >= 0 && x <= 1)) {
    throw new RangeError(`incomplete beta: a = ${a}, b = ${b}, x = ${x} are outside its domain`);
  }
  if (x === 0 || complement === 0) return x === 0 ? 0 : 1;
  if (x * (a + b + 2) <= a + 1) return (betaTerm(a, b, x, complement) / a) * betaFraction(a, b, x);
  return 1 - (betaTerm(a, b, x, complement) / b) * betaFraction(b, a, complement);
}

/** x^a (1 - x)^b / B(a, b), by Loader's saddle point form where both are large enough. */
function betaTerm(a: number, b: number, x: number, complement: number): number {
  if (Math.min(a, b) < 1e-3) {
    const logarithm = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(complement);
    return Math.exp(logarithm);
  }
  const total = a + b;
  const exponent =
    stirlingError(total) -
    stirlingError(a) -
    stirlingError(b) -
    poissonDeviance(a, total * x) -
    poissonDeviance(b, total * complement);
  return Math.exp(exponent) * Math.sqrt((a / total) * (b / (2 * Math.PI)));
}

/** DLMF 8.17.22 by the modified Lentz algorithm. */
function betaFraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 / notZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let step = 1; ; step++) {
    const even = (step * (b - step) * x) / ((a + 2 * step - 1) * (a + 2 * step));
    d = 1 / notZero(1 + even * d);
    c = notZero(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + step) * (a + b + step) * x) / ((a + 2 * step) * (a + 2 * step + 1));
    d = 1 / notZero(1 + odd * d);
    c = notZero(1 + odd / c);
    const factor = d * c;
    fraction *= factor;
    if (Math.abs(factor - 1) <= Number.EPSILON) return fraction;
  }
}
