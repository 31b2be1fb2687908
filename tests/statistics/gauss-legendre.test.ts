import { expect, test } from 'vitest';
import { gaussLegendre } from '../../engine/statistics/gauss-legendre.ts';

test('points and weights of two and three points are those of the tables', () => {
  const two = gaussLegendre(2);
  expect([...two.points]).toEqual([
    expect.closeTo(0.5 - Math.sqrt(1 / 12), 15),
    expect.closeTo(0.5 + Math.sqrt(1 / 12), 15),
  ]);
  expect([...two.weights]).toEqual([expect.closeTo(1 / 2, 15), expect.closeTo(1 / 2, 15)]);
  const three = gaussLegendre(3);
  expect([...three.points]).toEqual([
    expect.closeTo(0.5 - Math.sqrt(0.15), 15),
    expect.closeTo(0.5, 15),
    expect.closeTo(0.5 + Math.sqrt(0.15), 15),
  ]);
  expect([...three.weights]).toEqual([
    expect.closeTo(5 / 18, 15),
    expect.closeTo(8 / 18, 15),
    expect.closeTo(5 / 18, 15),
  ]);
});

test.each([1, 2, 5, 16, 64])('%i points integrate every power up to twice as many less one', (count) => {
  const { points, weights } = gaussLegendre(count);
  for (let power = 0; power < 2 * count; power++) {
    const integral = points.reduce((sum, point, place) => sum + (weights[place] as number) * point ** power, 0);
    expect(Math.abs(integral * (power + 1) - 1)).toBeLessThan(1e-13);
  }
});
