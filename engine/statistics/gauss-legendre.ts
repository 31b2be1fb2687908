/**
 * Gauss-Legendre quadrature: with n points the integral over [0, 1] is exact for polynomials up to degree 2 n - 1. Points
 * are the roots of the Legendre polynomial, by Newton's method (Golub, Welsch 1969; Press et al. 2007, 4.6).
 */
export function gaussLegendre(count: number): { points: Float64Array; weights: Float64Array } {
  const points = new Float64Array(count);
  const weights = new Float64Array(count);
  for (let place = 0; place < count; place++) {
    let root = Math.cos((Math.PI * (place + 0.75)) / (count + 0.5));
    let slope = 0;
    for (let step = 0; step < newtonSteps; step++) {
      const { value, before } = legendre(count, root);
      slope = (count * (root * value - before)) / (root * root - 1);
      root -= value / slope;
    }
    points[place] = (1 - root) / 2;
    weights[place] = 1 / ((1 - root * root) * slope * slope);
  }
  return { points, weights };
}

/** From the starting values the last digits are right after four. */
const newtonSteps = 6;

/** The Legendre polynomial of a degree, and the one of the degree before it. */
function legendre(degree: number, at: number): { value: number; before: number } {
  let [value, before] = [1, 0];
  for (let order = 1; order <= degree; order++) {
    [value, before] = [((2 * order - 1) * at * value - (order - 1) * before) / order, value];
  }
  return { value, before };
}
