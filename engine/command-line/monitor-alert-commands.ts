import type { OutputOf } from '../contract/call.ts';
import type { Alert, alertCalls } from '../contract/monitor-alerts.ts';
import { readMinutes } from './alert-flags.ts';
import { type Command, given, timeFlag, usageError } from './command.ts';

const text = { type: 'string' } as const;

/** An alert in a line or several. */
export function alertLines({ id, state, severity, title, detail, contributions, lookAt }: Alert): string[] {
  return [
    `${id} (${state}, ${severity}) ${title}. ${detail}`,
    ...contributions.map(({ kind, name, share, says }) => `  ${kind} ${name}, ${Math.round(100 * share)} %: ${says}`),
    ...(lookAt === '' ? [] : [`  ${lookAt}`]),
  ];
}

export const monitorAlertCommands: Command[] = [
  {
    words: 'monitor alerts',
    usage: '[D]',
    summary: 'All alerts, newest first: what happened, since when, what contributes most, what to look at.',
    example: 'galley monitor alerts price',
    flags: {},
    positionals: { minimum: 0, maximum: 1 },
    call: 'monitor.alerts',
    input: ([deployment]) => given({ deployment }),
    print: ({ alerts }: OutputOf<typeof alertCalls.alerts>) =>
      alerts.length === 0 ? ['There is no alert.'] : alerts.flatMap(alertLines),
  },
  {
    words: 'monitor acknowledge',
    usage: 'ALERT',
    summary: 'Marks an alert as seen.',
    example: 'galley monitor acknowledge alert_0198c0f2',
    flags: {},
    positionals: { minimum: 1, maximum: 1 },
    call: 'monitor.acknowledge',
    input: ([alert]) => ({ alert }),
    print: ({ alert }: OutputOf<typeof alertCalls.acknowledge>) => [`${alert.title}: ${alert.state}.`],
  },
  {
    words: 'monitor snooze',
    usage: 'ALERT (--for 2h | --until T)',
    summary: 'Says nothing of an alert for a time; it is told again where it still stands then.',
    example: 'galley monitor snooze alert_0198c0f2 --for 1d',
    flags: { for: text, until: text },
    positionals: { minimum: 1, maximum: 1 },
    call: 'monitor.snooze',
    input: ([alert], flags) => {
      const until = timeFlag(flags, 'until');
      if ((until === undefined) === (flags.for === undefined)) {
        throw usageError('monitor snooze needs either --for TIME or --until T.');
      }
      const minutes = until === undefined ? readMinutes(String(flags.for)) : 0;
      return { alert, until: until ?? new Date(Date.now() + minutes * 60_000).toISOString() };
    },
    print: ({ alert }: OutputOf<typeof alertCalls.snooze>) => [`${alert.title}: silent until ${alert.snoozedUntil}.`],
  },
];
