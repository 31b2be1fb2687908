import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Frame } from '../../../engine/base/frame.ts';
import type { FairnessMeasure } from '../../../engine/contract/retrain-pipeline.ts';
import { fairnessCheck, measureFairness } from '../../../engine/retrain/gates/fairness.ts';
import type { JudgedRows } from '../../../engine/retrain/judged-rows.ts';

interface Model extends Record<FairnessMeasure, number> {
  probability: number[];
}
interface Fixture {
  group: string[];
  truth: number[];
  champion: Model;
  challenger: Model;
}

const fixture = JSON.parse(readFileSync('tests/fixtures/gates/fairness.json', 'utf8')) as Fixture;
const classes = ['no', 'yes'];
const answers = ({ probability }: Model) => ({
  classes,
  threshold: 0.5,
  values: Float64Array.from(probability.flatMap((value) => [1 - value, value])),
});
const group = (values: (string | null)[]): Frame => ({
  rows: values.length,
  columns: [{ name: 'group', type: 'text', kind: 'text', values }],
});
const judged: JudgedRows = {
  frame: group(fixture.group),
  rows: Int32Array.from(fixture.group.keys()),
  truth: { kind: 'classes', values: fixture.truth.map((value) => classes[value] as string) },
  champion: answers(fixture.champion),
  challenger: answers(fixture.challenger),
};

test.each(['demographic_parity', 'equalized_odds'] as const)("the %s difference is Fairlearn's", (measure) => {
  const found = measureFairness(judged, { column: 'group', difference: 0.1, measure }, 1);
  expect(found).toMatchObject({ favourable: 'yes', groups: 3 });
  expect(found.champion).toBeCloseTo(fixture.champion[measure], 12);
  expect(found.challenger).toBeCloseTo(fixture.challenger[measure], 12);
  const bound = (difference: number) => fairnessCheck(found, { column: 'group', difference, measure }).passed;
  expect(bound(fixture.challenger[measure] + 0.001)).toBe(true);
  expect(bound(fixture.challenger[measure] - 0.001)).toBe(false);
});

test('another favourable class has the same selection differences, as the rates are each others rests', () => {
  const of = (favourable: string) =>
    measureFairness(judged, { column: 'group', difference: 0.1, favourable }, 1).challenger;
  expect(of('no')).toBeCloseTo(of('yes') as number, 12);
  expect(() => of('perhaps')).toThrow(expect.objectContaining({ code: 'train.unknown_class' }));
});

test('a bound that cannot be judged is not met, and says why', () => {
  const bound = { column: 'group', difference: 0.1 };
  const few = {
    ...judged,
    frame: group(fixture.group.map((name, row) => (row < 9 ? 'x' : name === 'a' ? 'a' : null))),
  };
  expect(fairnessCheck(measureFairness(few, bound, 1), bound)).toEqual({
    name: 'fairness',
    passed: false,
    detail: 'fairness by group cannot be judged: no two groups have 10 of the common rows',
  });
  const numbers = { ...judged, truth: { kind: 'numbers' as const, values: new Float64Array(400) } };
  expect(fairnessCheck(measureFairness(numbers, bound, 1), bound)).toMatchObject({ passed: false });
});
