import { expect, test } from 'vitest';
import type { FieldSignature, Signature } from '../../engine/contract/values.ts';
import { areOwnRecords, guessColumns, importedColumns, missingChoices } from '../../renderer/deploy/import-columns.ts';
import { importWords } from '../../renderer/deploy/import-words.ts';

const field = (name: string, nullable = false): FieldSignature => ({
  name,
  type: 'float64',
  tensor: 'float',
  nullable,
  example: 1,
});
const signature: Signature = {
  task: 'binary',
  target: 'paid',
  classes: ['no', 'yes'],
  inputs: [field('rooms'), field('area', true)],
};
const column = (name: string, type = 'float64') => ({ name, type });

test('the columns of a log are guessed by their names and types, never those of inputs', () => {
  const table = [
    column('id', 'text'),
    column('seen', 'timestamp'),
    column('rooms'),
    column('predicted'),
    column('paid'),
    column('probability_yes'),
  ];
  const chosen = guessColumns(table, signature);
  expect(chosen).toEqual({
    time: 'seen',
    prediction: 'predicted',
    id: '',
    label: 'paid',
    probabilities: { no: '', yes: 'probability_yes' },
    inputs: { area: '' },
  });
  expect(missingChoices(chosen, signature)).toEqual([]);
  expect(importedColumns(chosen)).toEqual({
    time: 'seen',
    prediction: 'predicted',
    id: null,
    label: 'paid',
    probabilities: { no: null, yes: 'probability_yes' },
    inputs: {},
  });
});

test('what was not guessed is asked for, but not an input that may be missing', () => {
  const chosen = guessColumns([column('n_rooms'), column('answer')], signature);
  expect(missingChoices(chosen, signature)).toEqual(['Time of the answer', 'Predicted class', 'Input rooms']);
  chosen.inputs.rooms = 'n_rooms';
  chosen.prediction = 'answer';
  expect(missingChoices(chosen, signature)).toEqual(['Time of the answer']);
  expect(importedColumns(chosen).inputs).toEqual({ rooms: 'n_rooms' });
});

test('records of Galley are told from tables', () => {
  expect(areOwnRecords(['row_id', 'request_id', 'event_time', 'received_at', 'version', 'inputs'])).toBe(true);
  expect(areOwnRecords(['row_id', 'event_time', 'rooms', 'prediction'])).toBe(false);
});

test('an import is told with what did not come in', () => {
  const words = importWords({
    deployment: 'homes',
    rows: 1200,
    known: 1,
    repeated: 4,
    expired: 1,
    labels: 2,
    leftOut: [{ reason: 'no_time', rows: 2, first: 17 }],
    unusable: [{ field: 'rooms', values: 1, first: 4 }],
  });
  expect(words.good).toBe('1,200 rows added, 1 row there already, 2 labels added');
  expect(words.warnings).toEqual([
    'Left out: 4 rows with the time and the id of another row in the file.',
    'Left out: 1 row older than what the log keeps.',
    'Left out: 2 rows without a time that can be read; the first is row 17.',
    'Values of rooms that do not fit its type count as missing: 1; the first is in row 4.',
  ]);
});
