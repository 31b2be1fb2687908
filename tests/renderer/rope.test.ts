import { describe, expect, test } from 'vitest';
import {
  arcBetween,
  frameIn,
  pointAt,
  ropeBetween,
  ropeSwing,
  stationAngle,
  strandCount,
} from '../../renderer/charts/rope.ts';

const frame = { centre: { x: 436, y: 444 }, radius: 236, disc: 39 };

describe('how much flows is how many strands there are', () => {
  test.each([
    [0, 0],
    [1, 2],
    [3, 4],
    [15, 7],
    [365, 13],
    [4383, 17],
    [1e9, 18],
  ])('%d gives %d', (amount, strands) => {
    expect(strandCount(amount)).toBe(strands);
    expect(ropeBetween(frame, 0, amount).strands).toHaveLength(strands);
  });

  test('nothing flows where the amount is no number', () => {
    expect(strandCount(Number.NaN)).toBe(0);
    expect(strandCount(-4)).toBe(0);
  });
});

test('four or fewer carry one bead each', () => {
  expect(ropeBetween(frame, 4, 3).beads).toHaveLength(3);
  expect(ropeBetween(frame, 4, 5).beads).toHaveLength(0);
});

test('a rope stays between the discs of its two stations and within its swing', () => {
  for (let from = 0; from < 6; from++) {
    const rope = ropeBetween(frame, from, 4383);
    const swing = ropeSwing(strandCount(4383));
    for (const point of rope.strands.flatMap(pointsOf)) {
      const distance = Math.hypot(point.x - frame.centre.x, point.y - frame.centre.y);
      expect(Math.abs(distance - frame.radius)).toBeLessThanOrEqual(swing + 0.1);
      for (const station of [from, from + 1]) {
        const disc = pointAt(frame.centre, frame.radius, stationAngle(station));
        expect(Math.hypot(point.x - disc.x, point.y - disc.y)).toBeGreaterThan(frame.disc);
      }
    }
  }
});

test('labels stand outside, away from the middle', () => {
  const right = ropeBetween(frame, 1, 24).label;
  const left = ropeBetween(frame, 4, 24).label;
  expect(right.anchor).toBe('start');
  expect(left.anchor).toBe('end');
  expect(right.x).toBeGreaterThan(frame.centre.x + frame.radius);
  expect(left.x).toBeLessThan(frame.centre.x - frame.radius);
});

test('the field of the looks page has the full circle, smaller ones a smaller one', () => {
  expect(frameIn(872, 844)).toEqual({ centre: { x: 436, y: 444 }, radius: 236, disc: 39 });
  expect(frameIn(866, 640).radius).toBeLessThan(236);
  expect(frameIn(866, 640).radius).toBeGreaterThan(170);
});

test('the small arc leaves a gap at both ends', () => {
  const [start, end] = arcBetween({ x: 68, y: 68 }, 52, 0, 11).match(/-?[\d.]+ -?[\d.]+/g) ?? [];
  expect(start).not.toBe('68.0 16.0');
  expect(end).toBeDefined();
});

function pointsOf(path: string): { x: number; y: number }[] {
  return path
    .split(/[ML]/)
    .filter(Boolean)
    .map((pair) => {
      const [x = 0, y = 0] = pair.split(' ').map(Number);
      return { x, y };
    });
}
