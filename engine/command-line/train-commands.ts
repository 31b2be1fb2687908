import type { OutputOf } from '../contract/call.ts';
import type { RowWindow, Split, trainCalls } from '../contract/train.ts';
import {
  type Command,
  type Flags,
  given,
  listFlag,
  numberFlag,
  parameterFlag,
  parseTime,
  usageError,
} from './command.ts';
import { learningFlags, learningOptionsOf, learningUsage } from './learning-flags.ts';
import { runTable, trainedInWords } from './run-table.ts';
import { budgetOf, capsOf, searchFlags, searchUsage } from './search-flags.ts';
import { table } from './table.ts';
import { trackingInWords } from './train-tracking-commands.ts';
import { warningLines } from './warning-lines.ts';

const text = { type: 'string' } as const;
const list = { type: 'string', multiple: true } as const;

/** The flags that each kind of split goes by. */
const splitFlags: Record<Split['kind'], string[]> = {
  random: ['holdout', 'split-seed'],
  'every-nth': ['every'],
  time: ['by', 'holdout'],
  group: ['by', 'holdout', 'split-seed'],
  stratified: ['by', 'holdout', 'split-seed'],
  column: ['by', 'values'],
  dataset: ['holdout-dataset'],
};

function impliedKind(flags: Flags): string {
  if (flags['holdout-dataset'] !== undefined) return 'dataset';
  return flags.every === undefined ? 'random' : 'every-nth';
}

/** @throws GalleyError `cli.usage`, also for a flag that the split would not heed. */
export function splitOf(flags: Flags): Split | undefined {
  const used = ['every', 'holdout', 'by', 'split-seed', 'values', 'holdout-dataset'].filter(
    (flag) => flags[flag] !== undefined,
  );
  if (flags.split === undefined && used.length === 0) return undefined;
  const kind = flags.split ?? impliedKind(flags);
  const unheeded = used.filter((flag) => !(splitFlags[kind as Split['kind']] ?? used).includes(flag));
  if (unheeded.length > 0) throw usageError(`--split ${String(kind)} takes no --${unheeded.join(', --')}.`);
  const holdout = numberFlag(flags, 'holdout') ?? 0.2;
  const seed = numberFlag(flags, 'split-seed') ?? 0;
  const by = () => {
    if (typeof flags.by !== 'string') throw usageError(`--split ${String(kind)} needs --by COLUMN.`);
    return flags.by;
  };
  switch (kind) {
    case 'random':
      return { kind, holdout, seed };
    case 'every-nth':
      return { kind, every: numberFlag(flags, 'every') ?? 5 };
    case 'time':
      return { kind, by: by(), holdout };
    case 'group':
      return { kind, by: by(), holdout, seed };
    case 'stratified':
      return { kind, by: flags.by === undefined ? String(flags.target) : by(), holdout, seed };
    case 'dataset':
      if (typeof flags['holdout-dataset'] !== 'string')
        throw usageError('--split dataset needs --holdout-dataset NAME[@V].');
      return { kind, reference: flags['holdout-dataset'] };
    case 'column':
      return { kind, by: by(), values: heldOutValues(flags) };
    default:
      throw usageError(
        `--split takes random, stratified, every-nth, time, group, column or dataset, not "${String(kind)}".`,
      );
  }
}

function heldOutValues(flags: Flags): string[] {
  if (typeof flags.values === 'string') return flags.values.split(',');
  throw usageError('--split column needs --values VALUE,…, those that are held out.');
}

/**
 * `--window day=2024-01-01..2024-07-01`: rows from the first time up to, but without, the second; either may be left out.
 * @throws GalleyError `cli.usage`
 */
export function windowOf({ window }: Flags): RowWindow | undefined {
  if (window === undefined) return undefined;
  const [, column, from, to] = /^(.+)=(.*?)\.\.(.*)$/s.exec(String(window)) ?? [];
  if (column === undefined || !(from || to)) {
    throw usageError(`--window takes COLUMN=FROM..TO, COLUMN=FROM.. or COLUMN=..TO, not "${String(window)}".`);
  }
  return { column, ...(from && { from: parseTime(from, 'window') }), ...(to && { to: parseTime(to, 'window') }) };
}

/** Flags of everything that trains. */
export const trainingFlags = {
  target: text,
  learner: list,
  features: list,
  exclude: list,
  'allow-personal': list,
  sensitive: list,
  favourable: text,
  split: text,
  every: text,
  holdout: text,
  by: text,
  'split-seed': text,
  metric: text,
  seed: text,
  param: list,
  values: text,
  window: text,
  'allow-leak': list,
  ...learningFlags,
} as const;

export const trainingUsage = `[--features COL,…] [--exclude COL,…] [--allow-personal COL,…] [--sensitive COL,A+B…] [--favourable V] [--allow-leak COL,…] [--split random|stratified|every-nth|time|group|column|dataset] [--every 5] [--holdout 0.2] [--by COL] [--values V,…] [--holdout-dataset NAME[@V]] [--split-seed 0] [--window COL=FROM..TO] [--metric M] [--seed 0] [--param k=v]… ${learningUsage}`;

/** What flags say of a training or a search. @throws GalleyError `cli.usage` */
export function trainingInput(reference: string | undefined, flags: Flags): Record<string, unknown> {
  if (typeof flags.target !== 'string') throw usageError('Training needs --target COLUMN.');
  return given({
    reference,
    target: flags.target,
    learners: listFlag(flags, 'learner'),
    features: listFlag(flags, 'features'),
    exclude: listFlag(flags, 'exclude'),
    allowPersonal: listFlag(flags, 'allow-personal'),
    sensitive: listFlag(flags, 'sensitive'),
    favourable: flags.favourable,
    allowLeak: listFlag(flags, 'allow-leak'),
    split: splitOf(flags),
    window: windowOf(flags),
    metric: flags.metric,
    seed: numberFlag(flags, 'seed'),
    params: parameterFlag(flags, 'param'),
    ...learningOptionsOf(flags),
    budget: budgetOf(flags),
    folds: numberFlag(flags, 'folds'),
    repeats: numberFlag(flags, 'repeats'),
    caps: capsOf(flags),
  });
}

function suggestionLines({
  targets,
  split,
  features,
  columns,
  warnings,
}: OutputOf<typeof trainCalls.suggest>): string[] {
  return [
    ...table(
      ['target', 'task'],
      targets.map(({ name, task }) => [name, task]),
    ),
    '',
    `Features: ${features.join(', ')}`,
    `Split: ${split.kind}${'by' in split ? ` by ${split.by}` : ''}`,
    ...Object.entries(columns).map(([name, settings]) => `Setting of ${name}: ${JSON.stringify(settings)}`),
    ...warnings.map(({ message }) => `Warning: ${message}`),
  ];
}

export const trainCommands: Command[] = [
  {
    words: 'train run',
    usage: `NAME[@V] --target COL [--learner auto|baseline|linear|trees|forest|network,…] ${searchUsage} ${trainingUsage}`,
    summary:
      'Finds a good model by itself (auto, 60 s unless --budget or --trials say otherwise), or trains each of a list of learners once.',
    example: 'galley train run sales --target price --learner linear',
    flags: { ...trainingFlags, ...searchFlags },
    positionals: { minimum: 1, maximum: 1 },
    call: 'train.run',
    input: ([reference], flags) => trainingInput(reference, flags),
    print: trainedInWords,
  },
  {
    words: 'train show',
    usage: 'RUN',
    summary: 'One run with its recipe, environment and lineage.',
    example: 'galley train show 12',
    flags: {},
    positionals: { minimum: 1, maximum: 1 },
    call: 'train.show',
    input: ([run]) => ({ run }),
    print: (answer: OutputOf<typeof trainCalls.show>) => [
      ...(answer.headline ? [answer.headline.title, answer.headline.detail, ''] : []),
      ...runTable([answer.run]),
      '',
      ...warningLines(answer.warnings),
      ...trackingInWords(answer),
      '',
      `How good it is and why: galley train evaluation ${answer.run.number}`,
      `Recipe ${answer.recipeHash}`,
      JSON.stringify(answer.recipe, null, 2),
    ],
  },
  {
    words: 'train compare',
    usage: 'RUN RUN…',
    summary: 'Runs side by side.',
    example: 'galley train compare 12 11',
    flags: {},
    positionals: { minimum: 2, maximum: Number.POSITIVE_INFINITY },
    call: 'train.compare',
    input: (runs) => ({ runs }),
    print: ({ runs, differences }: OutputOf<typeof trainCalls.compare>) => [
      ...runTable(runs.map((detail) => detail.run)),
      '',
      ...differences.map(({ path, values }) => `${path}: ${values.map((value) => JSON.stringify(value)).join(' | ')}`),
    ],
  },
  {
    words: 'train reproduce',
    usage: 'RUN [--run-only]',
    summary:
      'Trains a run again from its recipe and compares; of a run that a search chose, repeats the recorded search, too, unless --run-only. Exit 1 where something differs.',
    example: 'galley train reproduce 12',
    flags: { 'run-only': { type: 'boolean' } },
    positionals: { minimum: 1, maximum: 1 },
    call: 'train.reproduce',
    input: ([run], flags) => given({ run, search: flags['run-only'] === true ? false : undefined }),
    print: ({
      identical,
      tolerance,
      searchTolerance = tolerance,
      platforms,
      differences,
    }: OutputOf<typeof trainCalls.reproduce>) => [
      ...(platforms ? [`Made on ${platforms.before}, repeated on ${platforms.now}.`] : []),
      ...(identical
        ? [
            tolerance === 0 ? 'Identical, bit for bit.' : `The same within a relative ${tolerance}.`,
            ...(searchTolerance === tolerance ? [] : [`Its search within ${searchTolerance}.`]),
          ]
        : [
            'It differs:',
            ...differences.map(
              ({ path, before, now }) => `${path}: ${JSON.stringify(before)} → ${JSON.stringify(now)}`,
            ),
          ]),
    ],
    exitCode: ({ identical }: OutputOf<typeof trainCalls.reproduce>) => (identical ? 0 : 1),
  },
  {
    words: 'train suggest',
    usage: 'NAME[@V] [--target COL]',
    summary: 'What could be predicted from a dataset, and how: split, features and settings of columns for a target.',
    example: 'galley train suggest sales --target price',
    flags: { target: text },
    positionals: { minimum: 1, maximum: 1 },
    call: 'train.suggest',
    input: ([reference], flags) => given({ reference, target: flags.target }),
    print: suggestionLines,
  },
  {
    words: 'train learners',
    usage: '',
    summary: 'The learners with their parameters.',
    example: 'galley train learners',
    flags: {},
    positionals: { minimum: 0, maximum: 0 },
    call: 'train.learners',
    input: () => ({}),
    print: ({ learners }: OutputOf<typeof trainCalls.learners>) => [
      ...learners.map(({ name, description }) => `${name}: ${description}`),
      '',
      ...table(
        ['learner', 'parameter', 'default', 'what it does'],
        learners.flatMap(({ name, parameters }) =>
          parameters.map((one) => [name, one.name, String(one.default), one.description]),
        ),
      ),
    ],
  },
];
