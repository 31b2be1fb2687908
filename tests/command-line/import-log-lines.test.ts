import { expect, test } from 'vitest';
import { deployCommands } from '../../engine/command-line/deploy-commands.ts';
import { deployImportLogCommand } from '../../engine/command-line/deploy-import-log-command.ts';

const imported = {
  deployment: 'price',
  rows: 1200,
  known: 1,
  repeated: 1,
  expired: 1,
  labels: 1,
  leftOut: [{ reason: 'other_model', rows: 1, first: 1300 }],
  unusable: [{ field: 'rooms', values: 1, first: 4 }],
};

test('what became of a log is told with one row as one, and thousands apart', () => {
  expect(deployImportLogCommand.print(imported as never)).toEqual([
    'Added 1,200 rows to the log of price.',
    'Already there: 1 row.',
    'Warning: left out: 1 row with the time and the id of another row in the file.',
    'Left out: 1 row older than what the log keeps.',
    'Handed to monitoring: 1 label.',
    'Warning: left out: 1 row of another model. The first is row 1,300.',
    'Warning: values of rooms that do not fit its type count as missing: 1. The first is in row 4.',
  ]);
});

test('scored rows are told with one row as one', () => {
  const predict = deployCommands.find(({ words }) => words === 'deploy predict');
  expect(predict?.print({ rows: 1, kept: 1, seconds: 0.26, out: '/o.csv' } as never)).toEqual([
    'Went on after 1 row that an earlier try had scored.',
    '1 row in 0.3 s: /o.csv',
  ]);
});
