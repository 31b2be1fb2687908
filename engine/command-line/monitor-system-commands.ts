import { finePercent } from '../base/figures.ts';
import { count } from '../base/words.ts';
import type { OutputOf } from '../contract/call.ts';
import {
  type DeploymentSystem,
  type SystemWindow,
  type systemCalls,
  systemWindows,
} from '../contract/monitor-system.ts';
import { type Command, given, numberFlag } from './command.ts';
import { table } from './table.ts';
import { windowFlags, windowInput } from './window-flags.ts';

const text = { type: 'string' } as const;

export const monitorSystemCommands: Command[] = [
  {
    words: 'monitor system',
    usage: `D [--since T] [--until T] [--window ${systemWindows.join('|')}]`,
    summary: 'Traffic, errors, latency and saturation of the server over time, and its availability.',
    example: 'galley monitor system price --since 2026-03-01 --window day',
    flags: windowFlags,
    positionals: { minimum: 1, maximum: 1 },
    call: 'monitor.system',
    input: ([deployment], flags) => given({ deployment, ...windowInput(flags) }),
    print: systemLines,
  },
  {
    words: 'monitor objective',
    usage: 'D [--availability 0.995] [--days 30]',
    summary: 'Reads or sets what availability a deployment should reach, over how many days.',
    example: 'galley monitor objective price --availability 0.999 --days 7',
    flags: { availability: text, days: text },
    positionals: { minimum: 1, maximum: 1 },
    call: 'monitor.objective',
    input: ([deployment], flags) =>
      given({ deployment, availability: numberFlag(flags, 'availability'), days: numberFlag(flags, 'days') }),
    print: ({ objective }: OutputOf<typeof systemCalls.objective>) => [
      `${finePercent(objective.availability)} of requests and time over ${count(objective.days, 'day')}.`,
    ],
  },
];

function systemLines({ deployment, state, whole, windows, reasons, objective }: DeploymentSystem): string[] {
  return [
    `${deployment} is ${state}. ${objectiveWords(objective)}`,
    ...(whole ? [wholeWords(whole)] : ['Nothing is known of this time.']),
    '',
    ...table(
      ['from (UTC)', 'requests', 'failed', 'refused', 'p50 ms', 'p95 ms', 'p99 ms', 'saturation %', 'cores', 'MB'],
      windows.map((window) => [
        window.from.slice(0, 16),
        window.requests,
        window.failed,
        window.refused,
        window.p50,
        window.p95,
        window.p99,
        window.saturation === null ? null : Math.round(1000 * window.saturation) / 10,
        window.cpu,
        window.memoryBytes === null ? null : Math.round(window.memoryBytes / 1e6),
      ]),
    ),
    ...reasons.map(({ code, says, requests }) => `${count(requests, 'request')}: ${says} (${code})`),
  ];
}

function wholeWords({ requests, rows, failed, refused }: SystemWindow): string {
  return `${count(requests, 'request')} with ${count(rows, 'row')}; ${failed} failed, ${refused} refused.`;
}

function objectiveWords({ availability, days, achieved, budgetLeft }: DeploymentSystem['objective']): string {
  const wanted = `${finePercent(availability)} over ${count(days, 'day')}`;
  if (achieved === null || budgetLeft === null) return `Nothing is known yet of its objective, ${wanted}.`;
  const left =
    budgetLeft < 0 ? 'its error budget is overdrawn' : `${finePercent(budgetLeft)} of the error budget is left`;
  return `Available ${finePercent(achieved)}, wanted ${wanted}: ${left}.`;
}
