import type { Backfill, BackfillPoint, BackfillRange } from '../../../engine/contract/retrain-triggers.ts';
import { formatCount } from '../../ui/format.ts';
import type { StateTone } from '../../ui/state-tone.ts';

export interface BackfillForm {
  over: 'versions' | 'periods';
  dataset: string | undefined;
  from: string;
  to: string;
  /** Is given the number of the version. */
  parameter: string | undefined;
  since: string;
  until: string;
  every: string;
  fromParameter: string | undefined;
  toParameter: string | undefined;
}

/** What is run over; undefined where something is missing or wrong. */
export function rangeOf(form: BackfillForm): BackfillRange | undefined {
  return form.over === 'versions' ? versionsOf(form) : periodsOf(form);
}

function versionsOf({ dataset, from, to, parameter }: BackfillForm): BackfillRange | undefined {
  if (dataset === undefined || parameter === undefined) return undefined;
  if (!from.trim() || !to.trim() || versionProblem(from) || versionProblem(to)) return undefined;
  return { dataset, from: Number(from), to: Number(to), parameter };
}

function periodsOf({ since, until, every, fromParameter, toParameter }: BackfillForm): BackfillRange | undefined {
  if (!since.trim() || !until.trim() || dayProblem(since) || dayProblem(until)) return undefined;
  if (!every.trim() || everyProblem(every) || (fromParameter === undefined && toParameter === undefined))
    return undefined;
  return { since: timeOf(since), until: timeOf(until), every: every.trim(), fromParameter, toParameter };
}

export function versionProblem(text: string): string | undefined {
  return text.trim() === '' || /^[1-9]\d{0,8}$/.test(text.trim()) ? undefined : 'The number of a version.';
}

export function dayProblem(text: string): string | undefined {
  const day = text.trim();
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day));
  return day === '' || isDay ? undefined : 'A day such as 2024-01-31.';
}

export function everyProblem(text: string): string | undefined {
  return text.trim() === '' || /^[1-9]\d{0,3}(h|d|w|mo|y)$/.test(text.trim())
    ? undefined
    : 'A length such as 12h, 1d, 2w, 1mo or 1y.';
}

function timeOf(day: string): string {
  return `${day.trim()}T00:00:00.000Z`;
}

const pointStates: Record<BackfillPoint['state'], { tone: StateTone; text: string }> = {
  waiting: { tone: 'empty', text: 'waits' },
  running: { tone: 'information', text: 'runs now' },
  paused: { tone: 'information', text: 'asks' },
  succeeded: { tone: 'good', text: 'done' },
  failed: { tone: 'bad', text: 'failed' },
};

/** How one of its runs stands, in a word and a colour. */
export function pointState({ state }: Pick<BackfillPoint, 'state'>): { tone: StateTone; text: string } {
  return pointStates[state];
}

/** `3 of 5 done, 1 failed`. */
export function backfillCount({ points }: Pick<Backfill, 'points'>): string {
  const many = (wanted: BackfillPoint['state']) => points.filter(({ state }) => state === wanted).length;
  const failed = many('failed');
  return `${formatCount(many('succeeded'))} of ${formatCount(points.length)} done${failed > 0 ? `, ${formatCount(failed)} failed` : ''}`;
}
