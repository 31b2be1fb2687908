import { resolve } from 'node:path';
import { count } from '../base/words.ts';
import { type LogImport, leftOutReasons } from '../contract/deploy-log.ts';
import { type Command, type Flags, given, numberFlag, pairsFlag } from './command.ts';
import { formatNumber } from './table.ts';

const text = { type: 'string' } as const;
const texts = { type: 'string', multiple: true } as const;

export const deployImportLogCommand: Command = {
  words: 'deploy import-log',
  usage:
    'D FILE [--version V] [--time COL] [--id COL] [--prediction COL] [--probability CLASS=COL]... [--label COL] [--input NAME=COL]...',
  summary: 'Adds what was answered elsewhere to the log of a deployment; what is there already is passed over.',
  example: 'galley deploy import-log price old-server.csv --time answered_at --prediction estimate --label price',
  flags: {
    version: text,
    time: text,
    id: text,
    prediction: text,
    probability: texts,
    label: text,
    input: texts,
  },
  positionals: { minimum: 2, maximum: 2 },
  call: 'deploy.importLog',
  input: ([deployment, file], flags) =>
    given({
      deployment,
      path: resolve(file as string),
      version: numberFlag(flags, 'version'),
      columns: given({
        time: flags.time,
        id: flags.id,
        prediction: flags.prediction,
        probabilities: byName(flags, 'probability'),
        label: flags.label,
        inputs: byName(flags, 'input'),
      }),
    }),
  print: (answer: LogImport) => importLines(answer),
};

function byName(flags: Flags, name: string): Record<string, string> | undefined {
  const pairs = pairsFlag(flags, name, '=');
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs);
}

function importLines({ deployment, rows, known, repeated, expired, labels, leftOut, unusable }: LogImport): string[] {
  return [
    `Added ${count(rows, 'row')} to the log of ${deployment}.`,
    ...(known > 0 ? [`Already there: ${count(known, 'row')}.`] : []),
    ...(repeated > 0
      ? [`Warning: left out: ${count(repeated, 'row')} with the time and the id of another row in the file.`]
      : []),
    ...(expired > 0 ? [`Left out: ${count(expired, 'row')} older than what the log keeps.`] : []),
    ...(labels > 0 ? [`Handed to monitoring: ${count(labels, 'label')}.`] : []),
    ...leftOut.map(
      ({ reason, rows, first }) =>
        `Warning: left out: ${count(rows, 'row')} ${leftOutReasons[reason]}. The first is row ${formatNumber(first)}.`,
    ),
    ...unusable.map(
      ({ field, values, first }) =>
        `Warning: values of ${field} that do not fit its type count as missing: ${formatNumber(values)}. The first is in row ${formatNumber(first)}.`,
    ),
  ];
}
