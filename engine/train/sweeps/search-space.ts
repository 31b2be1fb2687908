import { GalleyError } from '../../base/errors.ts';
import type { Random } from '../../base/random.ts';
import { gridSize, gridValues, valueBetween } from '../../contract/search-grid.ts';
import type { ParameterRange, SearchSpace } from '../../contract/train-sweeps.ts';
import type { Learner, Parameters, ParameterValue } from '../learners/learner.ts';

/*
 * A point of a search space has a coordinate in [0, 1] a range: its place between low and high (of the logarithms where
 * the scale says so), or the middle of a choice's share of the interval. Samplers work on points.
 */

/** Coordinates in the order of the space's names. */
export type Point = number[];

/** Names of the ranges, sorted, so that a space is searched alike however it was written. */
export function dimensionsOf(space: SearchSpace): string[] {
  return Object.keys(space).sort();
}

/** The value at a coordinate. */
export function valueAt(range: ParameterRange, coordinate: number): ParameterValue {
  if (range.kind === 'choice') {
    const index = Math.min(range.values.length - 1, Math.floor(coordinate * range.values.length));
    return range.values[index] as ParameterValue;
  }
  const { low, high } = range;
  if (range.kind === 'integer') {
    // Half a step on both sides, so that the ends are as likely as what is between.
    const value = Math.round(valueBetween(range.scale, coordinate, low - 0.5, high + 0.5));
    return Math.min(high, Math.max(low, value));
  }
  return Math.min(high, Math.max(low, valueBetween(range.scale, coordinate, low, high)));
}

/** The coordinate of a value; the nearest end for one outside. A value that is no choice has the first one's. */
export function coordinateOf(range: ParameterRange, value: ParameterValue): number {
  if (range.kind === 'choice') return (Math.max(0, range.values.indexOf(value)) + 0.5) / range.values.length;
  const margin = range.kind === 'integer' ? 0.5 : 0;
  const [low, high, at] = [range.low - margin, range.high + margin, Number(value)];
  const place = isLog(range) ? Math.log(at / low) / Math.log(high / low) : (at - low) / (high - low);
  return high === low || Number.isNaN(place) ? 0.5 : Math.min(1, Math.max(0, place));
}

export function parametersAt(space: SearchSpace, point: Point): Parameters {
  return Object.fromEntries(
    dimensionsOf(space).map((name, index) => [name, valueAt(space[name] as ParameterRange, point[index] as number)]),
  );
}

export function pointOf(space: SearchSpace, parameters: Parameters): Point {
  return dimensionsOf(space).map((name) =>
    coordinateOf(space[name] as ParameterRange, parameters[name] as ParameterValue),
  );
}

export function randomPoint(space: SearchSpace, random: Random): Point {
  return dimensionsOf(space).map(() => random());
}

/** Every combination of what a grid takes of each range; the last name varies fastest. */
export function* gridOf(space: SearchSpace, points: number): Generator<Parameters> {
  const axes = dimensionsOf(space).map((name) => ({ name, values: gridValues(space[name] as ParameterRange, points) }));
  const size = gridSize(space, points);
  for (let place = 0; place < size; place++) {
    const combination: Parameters = {};
    let rest = place;
    for (const { name, values } of axes.toReversed()) {
      combination[name] = values[rest % values.length] as ParameterValue;
      rest = Math.floor(rest / values.length);
    }
    yield combination;
  }
}

/** The space with ranges of whole numbers where the learner's parameters take no others. */
export function wholeWhereNeeded(space: SearchSpace, { properties }: Learner['parameters']): SearchSpace {
  const isWhole = (name: string) => (properties[name] as { type?: string } | undefined)?.type === 'integer';
  const ranges = Object.entries(space).map(([name, range]): [string, ParameterRange] => {
    return [name, range.kind === 'number' && isWhole(name) ? { ...range, kind: 'integer' } : range];
  });
  return Object.fromEntries(ranges);
}

/**
 * @throws GalleyError `train.invalid_space` where a range names no parameter of the learner, is empty, or has a
 * logarithmic scale that begins at 0 or below.
 */
export function checkSpace(learner: string, space: SearchSpace, parameters: readonly string[]): void {
  for (const [name, range] of Object.entries(space)) {
    const fault = parameters.includes(name) ? faultOf(range) : `is no parameter of ${learner}`;
    if (fault === undefined) continue;
    const message = `The range of "${name}" cannot be searched: it ${fault}.`;
    throw new GalleyError('train.invalid_space', message, { details: { learner, parameter: name, range } });
  }
}

function faultOf(range: ParameterRange): string | undefined {
  if (range.kind === 'choice') return undefined;
  if (!(range.low <= range.high)) return `goes from ${range.low} to ${range.high}`;
  const lowest = range.kind === 'integer' ? range.low - 0.5 : range.low;
  return isLog(range) && !(lowest > 0) ? 'has a logarithmic scale that begins at 0 or below' : undefined;
}

function isLog(range: ParameterRange): boolean {
  return range.kind !== 'choice' && range.scale === 'log';
}
