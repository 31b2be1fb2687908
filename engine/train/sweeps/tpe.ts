import type { Random } from '../../base/random.ts';
import type { ParameterRange, SearchSpace } from '../../contract/train-sweeps.ts';
import { dimensionsOf, type Point, randomPoint } from './search-space.ts';

/** The best of the points seen so far are told from the others; at most this many. */
const mostGood = 25;
const goodShare = 0.1;
const candidates = 24;
/** Fewer points than this say too little: the next one is random. */
export const startupPoints = 8;

/**
 * The next point by the tree-structured Parzen estimator (Bergstra, Bardenet, Bengio, Kégl 2011): two densities are
 * fitted, over the best points and over the others; of some points drawn from the first, the one where it exceeds the
 * second most is taken. The kernels are products over all dimensions (Falkner, Klein, Hutter 2018), so that parameters
 * that go together are found together: truncated normals of Scott's width on numbers, and shares of the levels on
 * choices; one wide kernel over everything keeps both densities above 0.
 * @param ranked points seen so far, best first.
 */
export function proposeByTpe(space: SearchSpace, ranked: readonly Point[], random: Random): Point {
  if (ranked.length < startupPoints) return randomPoint(space, random);
  const goodCount = Math.min(mostGood, Math.ceil(goodShare * ranked.length) + 1);
  const good = parzen(space, ranked.slice(0, goodCount));
  const others = parzen(space, ranked.slice(goodCount));
  let best: Point = [];
  let bestRatio = Number.NEGATIVE_INFINITY;
  for (let candidate = 0; candidate < candidates; candidate++) {
    const point = good.draw(random);
    const ratio = good.logDensity(point) - others.logDensity(point);
    if (ratio <= bestRatio) continue;
    best = point;
    bestRatio = ratio;
  }
  return best;
}

interface Density {
  draw(random: Random): Point;
  /** Up to a constant that all densities over a space share. */
  logDensity(point: Point): number;
}

/** Widest kernel on a number: most of the interval. */
const priorWidth = 1;
const narrowestWidth = 0.02;

function parzen(space: SearchSpace, points: readonly Point[]): Density {
  const ranges = dimensionsOf(space).map((name) => space[name] as ParameterRange);
  const scott = points.length ** (-1 / (ranges.length + 4));
  const width = Math.max(narrowestWidth, 0.2 * scott);
  const kernels = points.map((centre) => ({ centre, width }));
  // The prior counts as one more point.
  const prior = { centre: ranges.map(() => 0.5), width: priorWidth };
  const mixture = [...kernels, prior];
  return {
    draw(random) {
      const kernel = mixture[Math.floor(random() * mixture.length)] as Kernel;
      return ranges.map((range, index) => drawCoordinate(range, kernel, index, random));
    },
    logDensity(point) {
      const logs = mixture.map((kernel) =>
        ranges.reduce((sum, range, index) => sum + logKernel(range, kernel, index, point[index] as number), 0),
      );
      const largest = Math.max(...logs);
      return largest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - largest), 0) / mixture.length);
    },
  };
}

interface Kernel {
  centre: Point;
  width: number;
}

function drawCoordinate(range: ParameterRange, { centre, width }: Kernel, index: number, random: Random): number {
  const middle = centre[index] as number;
  if (range.kind === 'choice') {
    if (random() < stayShare(range.values.length, width)) return middle;
    return random();
  }
  for (let attempt = 0; attempt < 20; attempt++) {
    const value = middle + width * standardNormal(random);
    if (value >= 0 && value <= 1) return value;
  }
  return random();
}

function logKernel(range: ParameterRange, { centre, width }: Kernel, index: number, coordinate: number): number {
  const middle = centre[index] as number;
  if (range.kind === 'choice') {
    const levels = range.values.length;
    const stay = stayShare(levels, width);
    const level = (place: number) => Math.min(levels - 1, Math.floor(place * levels));
    return Math.log((1 - stay) / levels + (level(middle) === level(coordinate) ? stay : 0));
  }
  const mass = normalBelow((1 - middle) / width) - normalBelow(-middle / width);
  const distance = (coordinate - middle) / width;
  return -0.5 * distance * distance - Math.log(width * mass);
}

/** How likely a kernel keeps its own level; the prior has none of its own. */
function stayShare(levels: number, width: number): number {
  return width >= priorWidth || levels === 1 ? 0 : 1 - width;
}

/** Box and Muller 1958. */
function standardNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Logistic approximation of the normal distribution function (Bowling et al. 2009): within 1.4e-4, monotone. */
function normalBelow(z: number): number {
  return 1 / (1 + Math.exp(-(1.5976 * z + 0.07056 * z ** 3)));
}
