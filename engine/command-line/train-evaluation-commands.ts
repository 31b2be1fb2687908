import type { OutputOf } from '../contract/call.ts';
import type { ThresholdChoice } from '../contract/train-classification.ts';
import { type evaluationCalls, evaluationParts, type RunDifference } from '../contract/train-evaluation.ts';
import type { ModelTests } from '../contract/train-model-tests.ts';
import { type Command, type Flags, given, listFlag, numberFlag, usageError } from './command.ts';
import { dependenceLines, explanationLines, fairnessLines, reportLines, testLines } from './evaluation-words.ts';
import { table } from './table.ts';

const text = { type: 'string' } as const;
const list = { type: 'string', multiple: true } as const;

function ruleOf(flags: Flags): Record<string, unknown> {
  const number = (name: string) => {
    const value = numberFlag(flags, name);
    if (value === undefined) throw usageError(`--by ${String(flags.by)} needs --${name} NUMBER.`);
    return value;
  };
  switch (flags.by) {
    case 'cost':
      return { by: 'cost', falsePositive: number('false-positive'), falseNegative: number('false-negative') };
    case 'recall':
    case 'precision':
      return { by: flags.by, minimum: number('minimum') };
    case 'f1':
    case 'balanced_accuracy':
      return { by: flags.by };
    default:
      throw usageError('train threshold needs --by cost, recall, precision, f1 or balanced_accuracy.');
  }
}

function partsOf(flags: Flags): string[] | undefined {
  const parts = listFlag(flags, 'part');
  const unknown = parts?.find((part) => !evaluationParts.some((known) => known === part));
  if (unknown === undefined) return parts;
  throw usageError(`--part takes ${evaluationParts.join(', ')}, not "${unknown}".`);
}

function evaluateInput(run: string | undefined, flags: Flags): Record<string, unknown> {
  return given({
    run,
    parts: partsOf(flags),
    sensitive: listFlag(flags, 'sensitive'),
    favourable: flags.favourable,
  });
}

const oneRun = { minimum: 1, maximum: 1 };

export const trainEvaluationCommands: Command[] = [
  {
    words: 'train evaluate',
    usage:
      'RUN [--part metrics|importance|shap|dependence|slices|fairness|tests|intervals|learning_curve,…] [--sensitive COL,A+B…] [--favourable V]',
    summary: 'How good a run is and why; makes parts of its evaluation anew, or further ones.',
    example: 'galley train evaluate 12 --part intervals,learning_curve',
    flags: { part: list, sensitive: list, favourable: text },
    positionals: oneRun,
    call: 'train.evaluate',
    input: ([run], flags) => evaluateInput(run, flags),
    print: ({ evaluation }: OutputOf<typeof evaluationCalls.evaluate>) => reportLines(evaluation),
  },
  {
    words: 'train evaluation',
    usage: 'RUN',
    summary: 'What is kept of how good a run is and why; makes nothing anew.',
    example: 'galley train evaluation 12',
    flags: {},
    positionals: oneRun,
    call: 'train.evaluation',
    input: ([run]) => ({ run }),
    print: ({ evaluation }: OutputOf<typeof evaluationCalls.evaluation>) =>
      evaluation === null ? ['Nothing is kept. Make it with: galley train evaluate RUN'] : reportLines(evaluation),
  },
  {
    words: 'train fairness',
    usage: 'RUN --by COL[,COL,A+B…] [--favourable V]',
    summary: 'How a run treats groups of people on its holdout, by the definitions of Fairlearn.',
    example: 'galley train fairness 12 --by sex,age+sex',
    flags: { by: list, favourable: text },
    positionals: oneRun,
    call: 'train.evaluate',
    input: ([run], flags) => {
      const sensitive = listFlag(flags, 'by');
      if (!sensitive) throw usageError('train fairness needs --by COLUMN.');
      return given({ run, parts: ['fairness'], sensitive, favourable: flags.favourable });
    },
    print: ({ evaluation }: OutputOf<typeof evaluationCalls.evaluate>) => evaluation.fairness.flatMap(fairnessLines),
    json: ({ evaluation }: OutputOf<typeof evaluationCalls.evaluate>) => ({ fairness: evaluation.fairness }),
  },
  {
    words: 'train explain',
    usage: 'RUN --row N[,N…] [--class C]',
    summary:
      'Why a run answers what it answers: what each column adds, for rows of its dataset, counted from 1 as in data rows.',
    example: 'galley train explain 12 --row 330',
    flags: { row: list, class: text },
    positionals: oneRun,
    call: 'train.explain',
    input: ([run], flags) => {
      const numbers = listFlag(flags, 'row')?.map(Number);
      if (!numbers || numbers.some((number) => !Number.isInteger(number) || number < 1)) {
        throw usageError('train explain needs --row NUMBER, counted from 1 as in data rows.');
      }
      return given({ run, rows: numbers.map((number) => number - 1), class: flags.class });
    },
    print: ({ explanations }: OutputOf<typeof evaluationCalls.explain>) => explanations.flatMap(explanationLines),
  },
  {
    words: 'train dependence',
    usage: 'RUN --column COL [--class C]',
    summary: 'How the answers of a run change with one column (partial dependence).',
    example: 'galley train dependence 12 --column age',
    flags: { column: text, class: text },
    positionals: oneRun,
    call: 'train.dependence',
    input: ([run], flags) => {
      if (typeof flags.column !== 'string') throw usageError('train dependence needs --column COLUMN.');
      return given({ run, column: flags.column, class: flags.class });
    },
    print: ({ dependence }: OutputOf<typeof evaluationCalls.dependence>) => dependenceLines(dependence),
  },
  {
    words: 'train test',
    usage: 'RUN',
    summary: "Runs the project's own tests for the run's target (tests/TARGET.yaml); exit 1 where one does not pass.",
    example: 'galley train test 12',
    flags: {},
    positionals: oneRun,
    call: 'train.test',
    input: ([run]) => ({ run }),
    print: testLines,
    exitCode: ({ passed }: ModelTests) => (passed ? 0 : 1),
  },
  {
    words: 'train threshold',
    usage:
      'RUN --by cost --false-positive N --false-negative N | --by recall|precision --minimum 0.9 | --by f1|balanced_accuracy',
    summary: 'The threshold that a rule chooses on the holdout of a run that tells two classes apart.',
    example: 'galley train threshold 12 --by recall --minimum 0.9',
    flags: { by: text, 'false-positive': text, 'false-negative': text, minimum: text },
    positionals: oneRun,
    call: 'train.threshold',
    input: ([run], flags) => ({ run, rule: ruleOf(flags) }),
    print: ({ says, point, metrics, honest }: ThresholdChoice) =>
      point === null
        ? [`No threshold keeps that: ${says}.`]
        : [
            `${point.threshold}: ${says}.`,
            ...table(
              ['', 'at this threshold', 'on rows that did not choose it'],
              Object.entries(metrics).map(([name, value]) => [name, value, honest[name]]),
            ),
          ],
  },
  {
    words: 'train difference',
    usage: 'RUN RUN [--metric M]',
    summary: 'Whether one run is better than another on the rows that both held out, by a paired test.',
    example: 'galley train difference 12 11',
    flags: { metric: text },
    positionals: { minimum: 2, maximum: 2 },
    call: 'train.difference',
    input: ([first, second], flags) => given({ first, second, metric: flags.metric }),
    print: ({ says, tests }: RunDifference) => [
      says,
      ...tests.map(({ name, p }) => `${name === 'delong' ? "DeLong's" : "McNemar's"} test: p = ${p.toPrecision(2)}`),
    ],
  },
];
