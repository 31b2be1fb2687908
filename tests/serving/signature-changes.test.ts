import { expect, test } from 'vitest';
import type { FieldSignature, Signature } from '../../engine/contract/values.ts';
import { breakingChanges } from '../../engine/serving/signature-changes.ts';

const rain: FieldSignature = { name: 'rain', type: 'int64', tensor: 'float', nullable: true };
const line: FieldSignature = { name: 'line', type: 'text', tensor: 'string', nullable: false };
const riders: Signature = { task: 'regression', target: 'riders', inputs: [rain, line] };
const spam: Signature = { task: 'binary', target: 'label', inputs: [line], classes: ['ham', 'spam'] };

const wind: FieldSignature = { name: 'wind', type: 'float64', tensor: 'float', nullable: true };

test.each<[string, Signature]>([
  ['the same', riders],
  ['a new column that may be missing', { ...riders, inputs: [rain, line, wind] }],
  ['a wider type', { ...riders, inputs: [{ ...rain, type: 'float64' }, line] }],
  ['a column that may be missing now', { ...riders, inputs: [rain, { ...line, nullable: true }] }],
  ['another order and other ranges', { ...riders, inputs: [line, { ...rain, minimum: 0, maximum: 1 }] }],
])('%s breaks nothing', (_, after) => {
  expect(breakingChanges(riders, after)).toEqual([]);
});

test.each<[Signature, Signature, string[]]>([
  [riders, { ...riders, inputs: [rain, line, { ...wind, nullable: false }] }, ['it needs the new column wind']],
  [riders, { ...riders, inputs: [line] }, ['it takes no column rain any more']],
  [riders, { ...riders, inputs: [{ ...rain, nullable: false }, line] }, ['rain may not be missing any more']],
  [
    riders,
    {
      ...riders,
      inputs: [
        { ...rain, type: 'text', nullable: false },
        { ...line, type: 'date' },
      ],
    },
    ['rain must be text, not int64', 'rain may not be missing any more', 'line must be date, not text'],
  ],
  [
    { ...riders, inputs: [wind] },
    { ...riders, inputs: [{ ...wind, type: 'int64' }] },
    ['wind must be int64, not float64'],
  ],
  [riders, { ...riders, target: 'fare' }, ['it predicts fare, not riders']],
  [riders, { ...riders, task: 'multiclass', classes: ['a'] }, ['it is a multiclass, not a regression']],
  [spam, { ...spam, classes: ['ham', 'spam', 'scam'] }, ['its classes are ham, spam, scam, not ham, spam']],
])('what breaks is named', (before, after, changes) => {
  expect(breakingChanges(before, after)).toEqual(changes);
});
