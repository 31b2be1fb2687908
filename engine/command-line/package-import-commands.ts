import { resolve } from 'node:path';
import { metricName } from '../base/words.ts';
import type { AdoptedMapping } from '../contract/adopted-mapping.ts';
import type { OutputOf } from '../contract/call.ts';
import type { AdoptedFile, adoptedCalls } from '../contract/package-adopted.ts';
import { type Command, type Flags, given, listFlag, numberFlag, pairsFlag, usageError } from './command.ts';
import { table } from './table.ts';
import { splitOf } from './train-commands.ts';
import { warningLines } from './warning-lines.ts';

const text = { type: 'string' } as const;
const list = { type: 'string', multiple: true } as const;
const choiceFlags = { dataset: text, target: text, task: text, input: list, output: text, form: text, classes: list };
const choiceUsage =
  '--dataset NAME[@V] --target COLUMN [--input TENSOR=COLUMN,…]… [--output TENSOR] [--form FORM] [--classes A,B,…] [--task TASK]';

/** How a file belongs to a dataset, as far as it is said. */
function choiceOf(words: string, flags: Flags) {
  if (typeof flags.dataset !== 'string' || typeof flags.target !== 'string') {
    throw usageError(`${words} needs --dataset NAME and --target COLUMN.`);
  }
  const inputs = pairsFlag(flags, 'input', '=').map(([tensor, columns]) => ({ tensor, columns: columns.split(',') }));
  const output = given({ tensor: flags.output, form: flags.form });
  return {
    reference: flags.dataset,
    target: flags.target,
    task: flags.task,
    ...(inputs.length > 0 && { inputs }),
    ...(Object.keys(output).length > 0 && { output }),
    classes: listFlag(flags, 'classes'),
  };
}

export const packageImportCommands: Command[] = [
  {
    words: 'package inspect',
    usage: 'FILE [--dataset NAME[@V] --target COLUMN]',
    summary: 'Looks into a model file from elsewhere, and guesses how it belongs to a dataset.',
    example: 'galley package inspect churn.onnx --dataset customers --target churned',
    flags: { dataset: text, target: text },
    positionals: { minimum: 1, maximum: 1 },
    call: 'package.inspect',
    input: ([file = ''], flags) => given({ path: resolve(file), reference: flags.dataset, target: flags.target }),
    print: ({ file, mapping, problems }: OutputOf<typeof adoptedCalls.inspect>) => [
      ...fileLines(file),
      ...(mapping ? ['', ...mappingLines(mapping)] : []),
      ...problems.map(({ message }) => `! ${message}`),
    ],
  },
  {
    words: 'package try',
    usage: `FILE ${choiceUsage} [--rows N]`,
    summary: 'Runs a model file from elsewhere on some rows of a dataset.',
    example: 'galley package try churn.onnx --dataset customers --target churned',
    flags: { ...choiceFlags, rows: text },
    positionals: { minimum: 1, maximum: 1 },
    call: 'package.try',
    input: ([file = ''], flags) =>
      given({ path: resolve(file), ...choiceOf('package try', flags), rows: numberFlag(flags, 'rows') }),
    print: ({ mapping, columns, classes, rows }: OutputOf<typeof adoptedCalls.try>) => [
      ...mappingLines(mapping),
      '',
      ...table(
        [...columns, 'actual', ...(classes.length > 0 ? ['label', ...classes] : ['prediction'])],
        rows.map(({ values, actual, label, outputs }) => [
          ...(values as (string | number | null)[]),
          actual,
          ...(classes.length > 0 ? [label] : []),
          ...outputs,
        ]),
      ),
    ],
  },
  {
    words: 'package import',
    usage: `MODEL FILE ${choiceUsage} [--answers FILE.csv] [--tolerance T] [--unseen] [--holdout-dataset NAME[@V] | --split KIND …] [--threshold T] [--alias ALIAS] [--accept-breaking]`,
    summary: 'Makes a model version of a file from elsewhere: ONNX, XGBoost JSON or UBJ, LightGBM text.',
    example: 'galley package import churn churn.onnx --dataset customers --target churned --answers answers.csv',
    flags: {
      ...choiceFlags,
      answers: text,
      tolerance: text,
      unseen: { type: 'boolean' },
      split: text,
      every: text,
      holdout: text,
      by: text,
      'split-seed': text,
      values: text,
      'holdout-dataset': text,
      threshold: text,
      alias: text,
      'accept-breaking': { type: 'boolean' },
    },
    positionals: { minimum: 2, maximum: 2 },
    call: 'package.import',
    input: ([model, file = ''], flags) =>
      given({
        model,
        path: resolve(file),
        ...choiceOf('package import', flags),
        answersPath: typeof flags.answers === 'string' ? resolve(flags.answers) : undefined,
        tolerance: numberFlag(flags, 'tolerance'),
        unseen: flags.unseen,
        split: splitOf(flags),
        threshold: numberFlag(flags, 'threshold'),
        alias: flags.alias,
        acceptBreaking: flags['accept-breaking'],
      }),
    print: ({
      model,
      version,
      onnx,
      parity,
      aliases,
      run,
      mapping,
      compared,
      warnings,
    }: OutputOf<typeof adoptedCalls.import>) => [
      ...warningLines(warnings),
      ...mappingLines(mapping),
      '',
      `${model}, version ${version}${aliases.length > 0 ? ` (${aliases.join(', ')})` : ''}: ${onnx.bytes.toLocaleString('en-US')} bytes of ONNX, run ${run.number}.`,
      compared
        ? `It gives ${compared.rows} given answers here, too; largest difference ${compared.largest.toExponential(1)}.`
        : 'Whether it answers as where it was made was not tested: no answers were given (--answers).',
      `Parity holds on ${parity.rows} rows; largest difference ${parity.max_abs_diff.toExponential(1)}.`,
      `${metricName(run.metric.name)} ${run.metrics[run.metric.name]?.toFixed(3) ?? 'undefined'} on ${run.rows.holdout} rows.`,
    ],
  },
];

function fileLines(file: AdoptedFile): string[] {
  const opsets = file.opsets.map(({ domain, version }) => `${domain === '' ? 'ONNX' : domain} ${version}`).join(', ');
  const tensors = (kind: string, all: AdoptedFile['inputs']) =>
    all.map(({ name, type, shape }) => [kind, name, type, shape.map((size) => size ?? 'any').join(' x ')]);
  return [
    `${file.fileName}: ${file.bytes.toLocaleString('en-US')} bytes${file.producer ? `, made by ${file.producer}` : ''}, opset ${opsets}.`,
    '',
    ...table(['', 'name', 'type', 'shape'], [...tensors('input', file.inputs), ...tensors('output', file.outputs)]),
    '',
    `Operators: ${file.operators.map(({ name, count }) => (count > 1 ? `${name} (${count})` : name)).join(', ')}`,
  ];
}

function mappingLines({ task, inputs, output, classes }: AdoptedMapping): string[] {
  return [
    `Task: ${task}`,
    ...inputs.map(({ tensor, columns }) => `Input ${tensor}: ${columns.join(', ')}`),
    `Output ${output.tensor}: ${output.form}${classes.length > 0 ? ` of ${classes.join(', ')}` : ''}`,
  ];
}
