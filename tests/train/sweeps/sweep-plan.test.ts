import { expect, test } from 'vitest';
import type { SearchSpace } from '../../../engine/contract/train-sweeps.ts';
import { sweepPlan } from '../../../engine/train/sweeps/calls.ts';

function plannedSpace(space: SearchSpace): SearchSpace | undefined {
  return sweepPlan({ learners: ['trees'], spaces: { trees: space } }).learners[0]?.space;
}

test('a range of numbers goes over whole ones where the parameter takes no others', () => {
  const planned = plannedSpace({
    rounds: { kind: 'number', low: 50, high: 500, scale: 'log' },
    l2: { kind: 'number', low: 0, high: 1 },
    max_leaves: { kind: 'integer', low: 3, high: 9 },
    loss: { kind: 'choice', values: ['squared'] },
  });
  expect(planned).toEqual({
    rounds: { kind: 'integer', low: 50, high: 500, scale: 'log' },
    l2: { kind: 'number', low: 0, high: 1 },
    max_leaves: { kind: 'integer', low: 3, high: 9 },
    loss: { kind: 'choice', values: ['squared'] },
  });
});

test('a range that ends between whole numbers is refused for such a parameter', () => {
  const refused = () => plannedSpace({ rounds: { kind: 'number', low: 50, high: 99.5 } });
  expect(refused).toThrow(expect.objectContaining({ code: 'train.invalid_parameter' }));
  expect(refused).toThrow(/rounds must be a whole number/);
});
