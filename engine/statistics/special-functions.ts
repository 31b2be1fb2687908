import { regularizedBeta, regularizedLowerGamma, regularizedUpperGamma } from './gamma.ts';

export { logGamma, regularizedBeta, regularizedLowerGamma, regularizedUpperGamma } from './gamma.ts';

/** P(Z <= z) of the standard normal distribution, with full relative accuracy in the lower tail. */
export function normalCdf(z: number): number {
  const half = (z * z) / 2;
  return z < 0 ? regularizedUpperGamma(0.5, half) / 2 : 0.5 + regularizedLowerGamma(0.5, half) / 2;
}

/** P(|Z| >= |z|): the two-sided p-value of a standard normal statistic. */
export function normalTwoSidedP(z: number): number {
  return regularizedUpperGamma(0.5, (z * z) / 2);
}

/** Coefficients of algorithm AS 241 (PPND16) of Wichura 1988, highest power first. */
const central = {
  numerator: [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
    133.14166789178438, 3.3871328727963665,
  ],
  denominator: [
    5226.495278852546, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579,
    42.31333070160091, 1,
  ],
};
const middle = {
  numerator: [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
    5.769497221460691, 4.630337846156546, 1.4234371107496835,
  ],
  denominator: [
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
    1.6763848301838038, 2.053191626637759, 1,
  ],
};
const tail = {
  numerator: [
    2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487,
    1.7848265399172913, 5.463784911164114, 6.657904643501103,
  ],
  denominator: [
    2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133, 0.014875361290850615,
    0.1369298809227358, 0.599832206555888, 1,
  ],
};

/** z with P(Z <= z) = probability, by AS 241; -Infinity and Infinity at 0 and 1. @throws RangeError outside [0, 1]. */
export function normalQuantile(probability: number): number {
  if (!(probability >= 0 && probability <= 1)) throw new RangeError(`normalQuantile: ${probability} is no probability`);
  const centered = probability - 0.5;
  if (Math.abs(centered) <= 0.425) return centered * rational(central, 0.180625 - centered * centered);
  const outer = Math.min(probability, 1 - probability);
  if (outer === 0) return Math.sign(centered) * Number.POSITIVE_INFINITY;
  const root = Math.sqrt(-Math.log(outer));
  return Math.sign(centered) * (root <= 5 ? rational(middle, root - 1.6) : rational(tail, root - 5));
}

function rational({ numerator, denominator }: { numerator: number[]; denominator: number[] }, x: number): number {
  const horner = (coefficients: number[]) => coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
  return horner(numerator) / horner(denominator);
}

/** P(X >= x) of the chi-square distribution; x >= 0. */
export function chiSquareSurvival(x: number, degreesOfFreedom: number): number {
  return regularizedUpperGamma(degreesOfFreedom / 2, x / 2);
}

/** x with P(X <= x) = probability in [0, 1), by bisection around the Wilson-Hilferty (1931) approximation. */
export function chiSquareQuantile(probability: number, degreesOfFreedom: number): number {
  if (probability === 0) return 0;
  if (!(probability > 0 && probability < 1))
    throw new RangeError(`chiSquareQuantile: ${probability} is outside [0, 1)`);
  const survival = 1 - probability;
  const isBelow = (x: number) =>
    probability < 0.5
      ? regularizedLowerGamma(degreesOfFreedom / 2, x / 2) < probability
      : chiSquareSurvival(x, degreesOfFreedom) > survival;
  const spread = 2 / (9 * degreesOfFreedom);
  const guess = degreesOfFreedom * Math.max(1 - spread + normalQuantile(probability) * Math.sqrt(spread), 1e-4) ** 3;
  let low = guess;
  while (!isBelow(low) && low > Number.MIN_VALUE) low /= 2;
  let high = guess;
  while (isBelow(high)) high *= 2;
  for (;;) {
    const center = low + (high - low) / 2;
    if (center <= low || center >= high) return center;
    if (isBelow(center)) low = center;
    else high = center;
  }
}

/** P(T <= t) of Student's t distribution, with full relative accuracy in the lower tail. */
export function studentTCdf(t: number, degreesOfFreedom: number): number {
  const square = t * t;
  const sum = degreesOfFreedom + square;
  const outside = regularizedBeta(degreesOfFreedom / 2, 0.5, degreesOfFreedom / sum, square / sum) / 2;
  return t < 0 ? outside : 1 - outside;
}
