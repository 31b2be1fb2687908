import { count } from '../base/words.ts';
import type { OutputOf } from '../contract/call.ts';
import type { alertCalls, Rule } from '../contract/monitor-alerts.ts';
import { parseQuietHours } from './alert-flags.ts';
import { type Command, type Flags, given, numberFlag, timeFlag, usageError } from './command.ts';
import { table } from './table.ts';

const text = { type: 'string' } as const;
const list = { type: 'string', multiple: true } as const;

const boundFlags = { metric: text, window: text, above: text, below: text, for: text, hysteresis: text };

/** `--above 0.3` or `--below 0.7`. */
function boundOf(flags: Flags): { comparison?: 'above' | 'below'; bound?: number } {
  const above = numberFlag(flags, 'above');
  const below = numberFlag(flags, 'below');
  if (above !== undefined && below !== undefined) throw usageError('Give either --above or --below.');
  if (above !== undefined) return { comparison: 'above', bound: above };
  return below === undefined ? {} : { comparison: 'below', bound: below };
}

function onOrOff(flags: Flags, name: string): boolean | undefined {
  const value = flags[name];
  if (value === undefined) return undefined;
  if (value !== 'on' && value !== 'off') throw usageError(`--${name} takes on or off, not "${String(value)}".`);
  return value === 'on';
}

function ruleText({ metric, window, comparison, bound, forWindows }: Rule): string {
  const long = forWindows > 1 ? ` for ${forWindows} windows` : '';
  return `${metric} ${comparison} ${Number(bound.toPrecision(4))}${long} (${window})`;
}

function ruleLine(rule: Rule): (string | number)[] {
  const { name, severity, isOn, channels, retrain } = rule;
  return [
    name,
    ruleText(rule),
    severity,
    isOn ? 'on' : 'off',
    channels.join(', '),
    retrain ? 'retrains' : '',
    quietText(rule),
  ];
}

function quietText({ quietHours }: Rule): string {
  return quietHours ? `${quietHours.from} to ${quietHours.to} ${quietHours.timeZone}` : '';
}

function judged(windows: OutputOf<typeof alertCalls.testRule>['windows']): typeof windows {
  return windows.filter(({ value }) => value !== null);
}

export const monitorRuleCommands: Command[] = [
  {
    words: 'monitor rules',
    usage: 'D',
    summary: 'The rules of a deployment, and what a rule may watch.',
    example: 'galley monitor rules price',
    flags: {},
    positionals: { minimum: 1, maximum: 1 },
    call: 'monitor.rules',
    input: ([deployment]) => ({ deployment }),
    print: ({ rules, metrics }: OutputOf<typeof alertCalls.rules>) => [
      ...table(['rule', 'broken where', 'severity', 'state', 'channels', 'then', 'quiet'], rules.map(ruleLine)),
      '',
      ...table(
        ['a rule may watch', 'which is'],
        metrics.map(({ metric, says }) => [metric, says]),
      ),
    ],
  },
  {
    words: 'monitor set-rule',
    usage:
      'D NAME [--metric M] [--above N | --below N] [--window hour|day|week|month|quarter|year|automatic] [--for N] [--hysteresis N] [--severity information|warning|bad] [--quiet 22:00-06:00@Europe/Berlin | --quiet none] [--channel C…] [--no-channels] [--retrain on|off] [--state on|off]',
    summary: 'Adds a rule, or changes what is given of one.',
    example: 'galley monitor set-rule price late-rows --metric rows --below 100 --window day --for 2 --channel on-call',
    flags: {
      ...boundFlags,
      severity: text,
      quiet: text,
      channel: list,
      'no-channels': { type: 'boolean' },
      retrain: text,
      state: text,
    },
    positionals: { minimum: 2, maximum: 2 },
    call: 'monitor.setRule',
    input: ([deployment, name], flags) =>
      given({
        deployment,
        name,
        metric: flags.metric,
        ...boundOf(flags),
        window: flags.window,
        forWindows: numberFlag(flags, 'for'),
        hysteresis: numberFlag(flags, 'hysteresis'),
        severity: flags.severity,
        quietHours: flags.quiet === undefined ? undefined : parseQuietHours(String(flags.quiet)),
        channels: flags['no-channels'] ? [] : flags.channel,
        retrain: onOrOff(flags, 'retrain'),
        isOn: onOrOff(flags, 'state'),
      }),
    print: ({ rule }: OutputOf<typeof alertCalls.setRule>) => [
      `${rule.name}: ${ruleText(rule)}, ${rule.severity}.${rule.quietHours ? ` Quiet from ${quietText(rule)}.` : ''}`,
    ],
  },
  {
    words: 'monitor remove-rule',
    usage: 'D NAME',
    summary: 'Removes a rule; its alerts stay.',
    example: 'galley monitor remove-rule price late-rows',
    flags: {},
    positionals: { minimum: 2, maximum: 2 },
    call: 'monitor.removeRule',
    input: ([deployment, name]) => ({ deployment, name }),
    print: ({ name }: OutputOf<typeof alertCalls.removeRule>) => [`The rule ${name} is removed.`],
  },
  {
    words: 'monitor test-rule',
    usage:
      'D --metric M (--above N | --below N) [--window automatic] [--for 1] [--hysteresis 0] [--since T] [--until T]',
    summary: 'When a rule would have fired in the past.',
    example: 'galley monitor test-rule price --metric performance --below 0.7 --window month --for 2',
    flags: { ...boundFlags, since: text, until: text },
    positionals: { minimum: 1, maximum: 1 },
    call: 'monitor.testRule',
    input: ([deployment], flags) => {
      const bound = boundOf(flags);
      if (flags.metric === undefined || bound.bound === undefined) {
        throw usageError('monitor test-rule needs --metric M and either --above N or --below N.');
      }
      const rule = {
        metric: flags.metric,
        window: flags.window ?? 'automatic',
        ...bound,
        forWindows: numberFlag(flags, 'for') ?? 1,
        hysteresis: numberFlag(flags, 'hysteresis') ?? 0,
      };
      return given({ deployment, rule, since: timeFlag(flags, 'since'), until: timeFlag(flags, 'until') });
    },
    print: ({ windows, says }: OutputOf<typeof alertCalls.testRule>) => [
      says,
      '',
      ...table(
        ['from', 'to', 'value', ''],
        judged(windows).map(({ from, to, value, broken, fired }) => [
          from,
          to,
          value,
          fired ? 'fires' : broken ? 'broken' : '',
        ]),
      ),
      ...(judged(windows).length < windows.length
        ? [`${count(windows.length - judged(windows).length, 'window')} without a value.`]
        : []),
    ],
  },
];
