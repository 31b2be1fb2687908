import fastCheck from 'fast-check';
import { expect, test } from 'vitest';
import { kolmogorovLimitSurvival, kolmogorovSurvival } from '../../engine/statistics/kolmogorov.ts';
import {
  chiSquareQuantile,
  chiSquareSurvival,
  logGamma,
  normalCdf,
  normalQuantile,
  normalTwoSidedP,
  regularizedBeta,
  regularizedLowerGamma,
  regularizedUpperGamma,
  studentTCdf,
} from '../../engine/statistics/special-functions.ts';
import { expectClose, readFixture } from './close-to.ts';

const values = readFixture<Record<string, number[][]>>('special.json');

/** Arguments first, the reference value last. */
const functions: Record<string, { compute: (...numbers: number[]) => number; relative?: number; absolute?: number }> = {
  log_gamma: { compute: logGamma, relative: 1e-13 },
  gamma_lower: { compute: regularizedLowerGamma },
  gamma_upper: { compute: regularizedUpperGamma },
  beta: { compute: (a, b, x) => regularizedBeta(a as number, b as number, x as number) },
  normal_cdf: { compute: normalCdf },
  normal_quantile: { compute: normalQuantile },
  chi_square_survival: { compute: chiSquareSurvival },
  chi_square_quantile: { compute: chiSquareQuantile, relative: 1e-11 },
  student_t_cdf: { compute: studentTCdf },
  kstwobign_survival: { compute: kolmogorovLimitSurvival },
  // Where P is close to 1 scipy itself rounds 1 - P(D < d) at about 1e-15.
  kstwo_survival: { compute: kolmogorovSurvival, relative: 1e-10, absolute: 1e-13 },
};

test.each(Object.keys(functions))('%s equals its reference', (name) => {
  const { compute, ...tolerance } = functions[name] as (typeof functions)[string];
  const rows = values[name] as number[][];
  expect(rows.length).toBeGreaterThan(5);
  for (const row of rows) {
    const inputs = row.slice(0, -1);
    expectClose(compute(...inputs), row.at(-1) as number, `${name}(${inputs.join(', ')})`, tolerance);
  }
});

test('normal quantile and distribution are inverse to each other', () => {
  fastCheck.assert(
    fastCheck.property(fastCheck.double({ min: -8, max: 5, noNaN: true }), (z) => {
      expect(normalQuantile(normalCdf(z))).toBeCloseTo(z, 9);
      expect(normalTwoSidedP(z)).toBeCloseTo(2 * normalCdf(-Math.abs(z)), 14);
    }),
  );
});

test('the finite Kolmogorov law falls with the distance and approaches its limit', () => {
  for (const rows of [5, 139, 141, 3000]) {
    let last = 1;
    for (let distance = 0; distance <= 1; distance += 0.0017) {
      const survival = kolmogorovSurvival(rows, distance);
      expect(survival).toBeLessThanOrEqual(last + 1e-9);
      last = survival;
    }
    expect(last).toBeLessThan(1e-10);
  }
  expect(kolmogorovSurvival(4_000_000, 1.2 / 2000)).toBeCloseTo(kolmogorovLimitSurvival(1.2), 3);
});

test('values outside the domain are refused', () => {
  expect(() => logGamma(0)).toThrow(RangeError);
  expect(() => regularizedLowerGamma(-1, 1)).toThrow(RangeError);
  expect(() => regularizedBeta(1, 1, 1.5)).toThrow(RangeError);
  expect(() => normalQuantile(Number.NaN)).toThrow(RangeError);
  expect(() => kolmogorovSurvival(2.5, 0.1)).toThrow(RangeError);
  expect([normalQuantile(0), normalQuantile(1)]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
});
