import { Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import type { FieldSignature, Signature } from '../../engine/contract/values.ts';
import { encodeRows } from '../../engine/serving/tensors.ts';

const field = (name: string, tensor: 'float' | 'string'): FieldSignature => ({
  name,
  type: tensor === 'float' ? 'float64' : 'text',
  tensor,
  nullable: true,
});

test('rows become one tensor per input, also where a column has a name that objects know', () => {
  const signature: Signature = {
    task: 'regression',
    target: 'y',
    inputs: [field('__proto__', 'float'), field('constructor', 'string')],
    threshold: 0.5,
  };
  const feeds = encodeRows(
    signature,
    [
      [1.5, 'a'],
      [null, null],
    ],
    Tensor,
  );
  expect(Object.keys(feeds)).toEqual(['__proto__', 'constructor']);
  const [numbers, texts] = Object.values(feeds).map(({ data }) => [...data]);
  expect(numbers).toEqual([1.5, Number.NaN]);
  expect(texts).toEqual(['a', '']);
});
