import { expect, test } from 'vitest';
import { seededRandom } from '../../../engine/base/random.ts';
import type { SearchSpace } from '../../../engine/contract/train-sweeps.ts';
import type { Parameters } from '../../../engine/train/learners/learner.ts';
import { type Point, parametersAt, randomPoint } from '../../../engine/train/sweeps/search-space.ts';
import { proposeByTpe } from '../../../engine/train/sweeps/tpe.ts';

interface Problem {
  space: SearchSpace;
  /** To be made small. */
  loss(parameters: Parameters): number;
}

const bowl: Problem = {
  space: {
    x: { kind: 'number', low: -5, high: 10 },
    y: { kind: 'number', low: 0, high: 15 },
  },
  /** Branin's function: three minima of 0.397887. */
  loss: ({ x, y }) => {
    const [a, b] = [x as number, y as number];
    const bend = b - (5.1 / (4 * Math.PI ** 2)) * a ** 2 + (5 / Math.PI) * a - 6;
    return bend ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(a) + 10;
  },
};

/** As learners have them: a rate on a logarithmic scale, a whole number, a choice that decides much. */
const mixed: Problem = {
  space: {
    rate: { kind: 'number', low: 1e-4, high: 1, scale: 'log' },
    leaves: { kind: 'integer', low: 4, high: 256, scale: 'log' },
    kind: { kind: 'choice', values: ['a', 'b', 'c', 'd'] },
  },
  loss: ({ rate, leaves, kind }) =>
    Math.log10((rate as number) / 0.03) ** 2 +
    Math.log2((leaves as number) / 24) ** 2 / 4 +
    ({ a: 1, b: 0.5, c: 0, d: 2 }[kind as string] ?? 9),
};

function lowest({ space, loss }: Problem, trials: number, seed: number, next: typeof proposeByTpe): number {
  const random = seededRandom(seed);
  const seen: { point: Point; value: number }[] = [];
  for (let trial = 0; trial < trials; trial++) {
    const ranked = seen.toSorted((left, right) => left.value - right.value).map(({ point }) => point);
    const point = next(space, ranked, random);
    seen.push({ point, value: loss(parametersAt(space, point)) });
  }
  return Math.min(...seen.map(({ value }) => value));
}

const byChance: typeof proposeByTpe = (space, _, random) => randomPoint(space, random);
const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;

test.each([
  ['Branin', bowl, 0.397887],
  ['mixed', mixed, 0],
] as const)('TPE comes nearer to the minimum of %s than random search over fixed seeds', (_, problem, minimum) => {
  const seeds = Array.from({ length: 21 }, (__, seed) => seed);
  const tpe = seeds.map((seed) => lowest(problem, 60, seed, proposeByTpe) - minimum);
  const random = seeds.map((seed) => lowest(problem, 60, seed, byChance) - minimum);
  const wins = seeds.filter((seed) => (tpe[seed] as number) < (random[seed] as number)).length;
  expect(median(tpe)).toBeLessThan(median(random) / 2);
  expect(wins).toBeGreaterThanOrEqual(16);
});

test('the same seed and the same trials give the same point; points lie within the space', () => {
  const random = () => seededRandom(4);
  const ranked = Array.from({ length: 20 }, (_, index) => [index / 20, 1 - index / 20, (index % 4) / 4 + 0.1]);
  const point = proposeByTpe(mixed.space, ranked, random());
  expect(proposeByTpe(mixed.space, ranked, random())).toEqual(point);
  for (const coordinate of point) {
    expect(coordinate).toBeGreaterThanOrEqual(0);
    expect(coordinate).toBeLessThanOrEqual(1);
  }
});
