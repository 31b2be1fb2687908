import { percent } from '../base/figures.ts';
import { metricName } from '../base/words.ts';
import type { OutputOf } from '../contract/call.ts';
import type { Rehearsal, RehearsedPolicy, rehearsalCalls } from '../contract/retrain-rehearsal.ts';
import { type Command, daysFlag, type Flags, given, listFlag, numberFlag, timeFlag } from './command.ts';
import { formatNumber, table } from './table.ts';

const text = { type: 'string' } as const;

/** `--window 365d`, or `all`. */
function windowDaysOf(flags: Flags): number | null | undefined {
  return flags.window === 'all' ? null : daysFlag(flags, 'window');
}

function limitsOf(flags: Flags): Record<string, unknown> | undefined {
  const limits = given({
    bound: numberFlag(flags, 'bound'),
    driftShare: numberFlag(flags, 'drift-share'),
    minimumRows: numberFlag(flags, 'minimum-rows'),
  });
  return Object.keys(limits).length > 0 ? limits : undefined;
}

/** `2008`, `2008-04`, or the day. */
function periodText(from: string, period: Rehearsal['period']): string {
  const digits = { year: 4, quarter: 7, month: 7, week: 10, day: 10 };
  return from.slice(0, digits[period]);
}

function alertText({ alerts, falseAlerts }: RehearsedPolicy): string {
  return falseAlerts === 0 ? String(alerts) : `${alerts}, ${falseAlerts} false`;
}

function policyLines({ metric, policies, best }: Rehearsal): string[] {
  return table(
    ['policy', metricName(metric.name), 'kept', 'trainings', 'promoted', 'alerts', 'below limit', 'below baseline', ''],
    policies.map((policy) => [
      policy.policy,
      policy.quality,
      policy.kept === null ? '' : percent(policy.kept),
      policy.retrainings,
      policy.promotions,
      alertText(policy),
      policy.belowLimitAt?.slice(0, 10) ?? 'never',
      policy.belowBaselineAt?.slice(0, 10) ?? 'never',
      policy.policy === best ? 'best' : '',
    ]),
  );
}

/** What happened in each period, policy by policy. */
function periodLines({ policies, period, metric }: Rehearsal): string[] {
  const name = metricName(metric.name);
  const [first] = policies;
  if (!first) return [];
  return table(
    ['period', 'rows', ...policies.map(({ policy }) => `${name}, ${policy}`)],
    first.periods.map(({ from, rows }, index) => [
      periodText(from, period),
      rows,
      ...policies.map((policy) => {
        const own = policy.periods[index];
        if (!own) return '';
        const marks = [
          ...own.alerts.map(({ isFalse }) => (isFalse ? 'false alert' : 'alert')),
          ...own.retrainings.filter(({ outcome }) => outcome !== 'unchanged').map(({ outcome }) => outcome),
        ];
        const value = own.value === null ? 'none' : formatNumber(own.value);
        return [`${value} v${own.version}`, ...marks].join(', ');
      }),
    ]),
  );
}

function rehearsalLines(rehearsal: Rehearsal): string[] {
  const { says, because, best, first, from, to, period, server, trainings, warnings } = rehearsal;
  const asked = server
    ? [
        `A prediction server answered ${server.rows} rows in ${server.requests} requests, ${server.identical ? 'each as the rehearsal did' : 'not as the rehearsal did'}.`,
      ]
    : [];
  return [
    `${from.slice(0, 10)} to ${to.slice(0, 10)} by ${period}; first ${first.description}; ${trainings} models trained.`,
    '',
    ...policyLines(rehearsal),
    '',
    ...periodLines(rehearsal),
    '',
    ...says,
    `Best is ${best}: ${because}`,
    ...asked,
    ...warnings.map(({ message }) => message),
    `galley retrain adopt ${rehearsal.id} takes it over.`,
  ];
}

export const retrainRehearsalCommands: Command[] = [
  {
    words: 'retrain rehearse',
    usage:
      'MODEL[@V] [--dataset NAME] [--from T] [--to T] [--period day|week|month|quarter|year] [--label-delay 7d] [--window 365d|all] [--policy P]… [--baseline X] [--bound X] [--drift-share X] [--minimum-rows N] [--margin X] [--through-server]',
    summary:
      'Replays dated rows through model, monitor and retraining rules on a simulated clock, and compares policies.',
    example: 'galley retrain rehearse price --policy never --policy every-quarter --policy on-performance',
    flags: {
      dataset: text,
      from: text,
      to: text,
      period: text,
      'label-delay': text,
      window: text,
      policy: { type: 'string', multiple: true },
      baseline: text,
      bound: text,
      'drift-share': text,
      'minimum-rows': text,
      margin: text,
      'through-server': { type: 'boolean' },
    },
    positionals: { minimum: 1, maximum: 1 },
    call: 'retrain.rehearse',
    input: ([model], flags) =>
      given({
        model,
        dataset: flags.dataset,
        from: timeFlag(flags, 'from'),
        to: timeFlag(flags, 'to'),
        period: flags.period,
        labelDelay: daysFlag(flags, 'label-delay'),
        windowDays: windowDaysOf(flags),
        policies: listFlag(flags, 'policy'),
        baseline: numberFlag(flags, 'baseline'),
        limits: limitsOf(flags),
        margin: numberFlag(flags, 'margin'),
        throughServer: flags['through-server'],
      }),
    print: ({ rehearsal }: OutputOf<typeof rehearsalCalls.rehearse>) => rehearsalLines(rehearsal),
  },
  {
    words: 'retrain rehearsals',
    usage: '[--model MODEL]',
    summary: 'All rehearsals and what they say.',
    example: 'galley retrain rehearsals --model price',
    flags: { model: text },
    positionals: { minimum: 0, maximum: 0 },
    call: 'retrain.rehearsals',
    input: (_, flags) => given({ model: flags.model }),
    print: ({ rehearsals }: OutputOf<typeof rehearsalCalls.rehearsals>) =>
      table(
        ['rehearsal', 'made', 'model', 'dataset', 'best', 'taken over', 'says'],
        rehearsals.map(({ id, createdAt, model, dataset, best, adopted, says }) => [
          ...[id, createdAt, model, dataset, best, adopted?.policy ?? ''],
          says.join(' '),
        ]),
      ),
  },
  {
    words: 'retrain rehearsal',
    usage: 'REHEARSAL',
    summary: 'A rehearsal with everything that happened in it.',
    example: 'galley retrain rehearsal reh_0198…',
    flags: {},
    positionals: { minimum: 1, maximum: 1 },
    call: 'retrain.rehearsal',
    input: ([rehearsal]) => ({ rehearsal }),
    print: ({ rehearsal }: OutputOf<typeof rehearsalCalls.rehearsal>) => rehearsalLines(rehearsal),
  },
  {
    words: 'retrain adopt',
    usage: 'REHEARSAL [--policy P]',
    summary:
      "Makes a rehearsed policy, else the best one, what starts the model's pipeline, with the limits of the rehearsal.",
    example: 'galley retrain adopt reh_0198… --policy every-quarter',
    flags: { policy: text },
    positionals: { minimum: 1, maximum: 1 },
    call: 'retrain.adopt',
    input: ([rehearsal], { policy }) => given({ rehearsal, policy }),
    print: ({ says }: OutputOf<typeof rehearsalCalls.adopt>) => [says],
  },
];
