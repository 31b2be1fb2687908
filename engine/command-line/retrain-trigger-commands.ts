import { count } from '../base/words.ts';
import type { OutputOf } from '../contract/call.ts';
import type { triggerCalls } from '../contract/retrain-triggers.ts';
import { type Command, type Flags, given, refuseBeside, timeFlag, usageError } from './command.ts';
import { parametersOf } from './pipeline-parameters.ts';
import { table } from './table.ts';

const text = { type: 'string' } as const;

/** What a backfill runs over: versions of a dataset, or periods of a time. */
function overOf(flags: Flags): Record<string, unknown> {
  const { dataset, every } = flags;
  if ((dataset === undefined) === (every === undefined))
    throw usageError('retrain backfill takes either --dataset with --from and --to, or --since, --until and --every.');
  if (dataset !== undefined) {
    refuseBeside('--dataset', flags, ['since', 'until', 'from-parameter', 'to-parameter']);
    return {
      dataset,
      from: versionFlag(flags, 'from'),
      to: versionFlag(flags, 'to'),
      parameter: flags.parameter ?? 'version',
    };
  }
  refuseBeside('--every', flags, ['from', 'to', 'parameter']);
  const since = timeFlag(flags, 'since');
  const until = timeFlag(flags, 'until');
  if (since === undefined || until === undefined)
    throw usageError('retrain backfill --every takes --since and --until, too.');
  return given({
    since,
    until,
    every,
    fromParameter: flags['from-parameter'] ?? 'from',
    toParameter: flags['to-parameter'] ?? 'to',
  });
}

function versionFlag(flags: Flags, name: string): number {
  const text = flags[name];
  if (text === undefined) throw usageError('retrain backfill --dataset takes --from and --to, too.');
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw usageError(`--${name} takes the number of a version, such as 3, not "${String(text)}".`);
  return value;
}

const backfillLines = ({ backfill }: OutputOf<typeof triggerCalls.backfill>) => [
  ...table(
    ['over', 'run', 'state'],
    backfill.points.map(({ name, run, state }) => [name, run?.number ?? null, state]),
  ),
  '',
  `${count(backfill.points.length, 'run')} of ${backfill.pipeline}.`,
];

export const retrainTriggerCommands: Command[] = [
  {
    words: 'retrain webhook',
    usage: 'NAME [--new | --off]',
    summary: 'Where the webhook of a pipeline is; makes its secret, which is shown once.',
    example: 'galley retrain webhook price',
    flags: { new: { type: 'boolean' }, off: { type: 'boolean' } },
    positionals: { minimum: 1, maximum: 1 },
    call: 'retrain.webhook',
    input: ([pipeline], flags) => {
      if (flags.new && flags.off) throw usageError('retrain webhook takes --new or --off, not both.');
      return given({ pipeline, secret: flags.new ? 'new' : flags.off ? 'none' : undefined });
    },
    needsRunningEngine: true,
    print: ({ webhook }: OutputOf<typeof triggerCalls.webhook>) => webhookLines(webhook),
  },
  {
    words: 'retrain backfill',
    usage:
      'NAME (--dataset D --from N --to N [--parameter version] | --since T --until T --every 1mo [--from-parameter from] [--to-parameter to]) [--set NAME=VALUE]… [--keep-going] [--again]',
    summary: 'Runs a pipeline over past versions of a dataset or periods of a time; what was done is not done again.',
    example: 'galley retrain backfill price --dataset flats --from 1 --to 5 --parameter version',
    flags: {
      dataset: text,
      from: text,
      to: text,
      parameter: text,
      since: text,
      until: text,
      every: text,
      'from-parameter': text,
      'to-parameter': text,
      set: { type: 'string', multiple: true },
      'keep-going': { type: 'boolean' },
      again: { type: 'boolean' },
    },
    positionals: { minimum: 1, maximum: 1 },
    call: 'retrain.backfill',
    input: ([pipeline], flags) =>
      given({
        pipeline,
        over: overOf(flags),
        parameters: parametersOf(flags),
        keepGoing: flags['keep-going'],
        again: flags.again,
      }),
    print: backfillLines,
  },
  {
    words: 'retrain resume',
    usage: 'BACKFILL',
    summary: 'Goes on with a backfill that was stopped; what was done is not done again.',
    example: 'galley retrain resume bf_0198…',
    flags: {},
    positionals: { minimum: 1, maximum: 1 },
    call: 'retrain.resumeBackfill',
    input: ([backfill]) => ({ backfill }),
    print: backfillLines,
  },
  {
    words: 'retrain cancel',
    usage: 'NAME',
    summary: 'Forgets the run that a pipeline waits to begin.',
    example: 'galley retrain cancel price',
    flags: {},
    positionals: { minimum: 1, maximum: 1 },
    call: 'retrain.cancelWaiting',
    input: ([pipeline]) => ({ pipeline }),
    print: ({ pipeline, canceled }: OutputOf<typeof triggerCalls.cancelWaiting>) => [
      canceled === null
        ? `No run of ${pipeline} waits.`
        : `The run of ${pipeline} that waited is forgotten (${canceled.trigger.kind}: ${canceled.trigger.detail}).`,
    ],
  },
  {
    words: 'retrain backfills',
    usage: '[NAME]',
    summary: 'The backfills of a pipeline or of all, and how far they are.',
    example: 'galley retrain backfills price',
    flags: {},
    positionals: { minimum: 0, maximum: 1 },
    call: 'retrain.backfills',
    input: ([pipeline]) => given({ pipeline }),
    print: ({ backfills }: OutputOf<typeof triggerCalls.backfills>) =>
      table(
        ['backfill', 'started', 'pipeline', 'state', 'done', 'failed', 'of'],
        backfills.map(({ id, startedAt, pipeline, state, points }) => [
          id,
          startedAt,
          pipeline,
          state,
          points.filter((point) => point.state === 'succeeded').length,
          points.filter((point) => point.state === 'failed').length,
          points.length,
        ]),
      ),
  },
  {
    words: 'retrain calendar',
    usage: '[--since T] [--until T]',
    summary: 'What is scheduled in the project: the next 30 days where nothing else is said.',
    example: 'galley retrain calendar --until 2026-12-31',
    flags: { since: text, until: text },
    positionals: { minimum: 0, maximum: 0 },
    call: 'retrain.calendar',
    input: (_, flags) => {
      const from = timeFlag(flags, 'since') ?? new Date().toISOString();
      const to = timeFlag(flags, 'until') ?? new Date(Date.parse(from) + 30 * 86_400_000).toISOString();
      if (Date.parse(to) <= Date.parse(from)) throw usageError('--until must be after --since.');
      return { from, to };
    },
    print: ({ entries, quiet, recurring, truncated }: OutputOf<typeof triggerCalls.calendar>) => [
      ...table(
        ['time', 'what', 'begins'],
        entries.map(({ time, says, waitsUntil }) => [time, says, waitsUntil ?? '']),
      ),
      ...(quiet.length === 0
        ? []
        : [
            '',
            ...table(
              ['quiet', 'from', 'to'],
              quiet.map((span) => [span.pipeline, span.from, span.to]),
            ),
          ]),
      ...recurring.map(({ says, everySeconds }) => `${says} Every ${count(everySeconds, 'second')}.`),
      ...truncated.map((pipeline) => `${pipeline} has more times than are listed.`),
    ],
  },
];

function webhookLines({
  pipeline,
  path,
  place,
  variable,
  secret,
}: OutputOf<typeof triggerCalls.webhook>['webhook']): string[] {
  const where = `POST ${path} on the address of the engine asks for a run of ${pipeline}.`;
  if (secret !== null) {
    const kept =
      place === 'session'
        ? `until the engine ends, since there is no keychain; put it into ${variable} for longer`
        : 'in the keychain';
    return [where, `Its secret, shown this once and kept ${kept}:`, secret];
  }
  if (place === 'missing') return [where, 'It has no secret, so it lets nobody in.'];
  return [where, `Its secret is kept: ${place === 'environment' ? `in ${variable}` : place}.`];
}
