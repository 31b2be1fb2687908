import { expect, test } from 'vitest';
import { notComparedInputs } from '../../engine/monitor/comparable-input.ts';

const input = (name: string, type: 'float64' | 'int64' | 'text') => ({
  name,
  type,
  tensor: type === 'text' ? ('string' as const) : ('float' as const),
  nullable: true,
});
const deployed = [input('temp', 'float64'), input('rain', 'float64'), input('line', 'text')];

test('an input that no version took, or took as another kind, is not compared; another type of number is', () => {
  const answered = [{ inputs: [input('temp', 'int64'), input('rain', 'text')] }];
  expect(notComparedInputs(deployed, answered)).toEqual([
    { name: 'rain', type: 'float64', currentType: 'text', reason: 'changed_type' },
    { name: 'line', type: 'text', currentType: null, reason: 'vanished' },
  ]);
});

test('one version that took it as the deployed one does is enough, and where none answered nothing is said', () => {
  expect(notComparedInputs(deployed, [{ inputs: [input('rain', 'text')] }, { inputs: deployed }])).toEqual([]);
  expect(notComparedInputs(deployed, [])).toEqual([]);
});
