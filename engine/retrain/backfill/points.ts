import { isoTime } from '../../base/clock.ts';
import { GalleyError } from '../../base/errors.ts';
import type { Scalar } from '../../contract/retrain-pipeline.ts';
import type { BackfillRange } from '../../contract/retrain-triggers.ts';
import type { DataPhase } from '../../data/index.ts';

/** One run of a backfill. */
export interface Point {
  name: string;
  parameters: Record<string, Scalar>;
}

/** A backfill of more is refused. */
const mostPoints = 1000;

/**
 * What a pipeline is run over: one point for each version that is there, or for each period.
 * @throws GalleyError `retrain.invalid_backfill`, `data.unknown_dataset`
 */
export function pointsOf(over: BackfillRange, data: Pick<DataPhase, 'resolve'>): Point[] {
  const points = 'dataset' in over ? versionPoints(over, data) : periodPoints(over);
  if (points.length === 0) throw invalid('There is nothing to run over: the end comes before the beginning.');
  return points;
}

type VersionRange = Extract<BackfillRange, { dataset: string }>;
type PeriodRange = Exclude<BackfillRange, VersionRange>;

/** Versions that were deleted are passed over. */
function versionPoints({ dataset, from, to, parameter }: VersionRange, data: Pick<DataPhase, 'resolve'>): Point[] {
  const { number: newest } = data.resolve(dataset);
  if (to > newest) throw invalid(`The newest version is ${dataset}@${newest}; there is no ${dataset}@${to}.`);
  if (to - from >= mostPoints) throw tooMany(to - from + 1);
  const numbers = Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
  return numbers
    .filter((number) => isThere(data, `${dataset}@${number}`))
    .map((number) => ({ name: `${dataset}@${number}`, parameters: { [parameter]: number } }));
}

function isThere(data: Pick<DataPhase, 'resolve'>, reference: string): boolean {
  try {
    data.resolve(reference);
    return true;
  } catch (error) {
    if (error instanceof GalleyError && error.kind === 'not_found') return false;
    throw error;
  }
}

/** The last period ends with the range. */
function periodPoints({ since, until, every, fromParameter, toParameter }: PeriodRange): Point[] {
  if (fromParameter === undefined && toParameter === undefined)
    throw invalid('No parameter is named that tells the pipeline which period is meant.');
  const end = Date.parse(until);
  const points: Point[] = [];
  for (let count = 0, from = Date.parse(since); from < end; count++) {
    if (count === mostPoints) throw tooMany();
    const to = Math.min(after(Date.parse(since), every, count + 1), end);
    points.push({
      name: `${shortTime(from)} to ${shortTime(to)}`,
      parameters: {
        ...(fromParameter !== undefined && { [fromParameter]: shortTime(from) }),
        ...(toParameter !== undefined && { [toParameter]: shortTime(to) }),
      },
    });
    from = to;
  }
  return points;
}

const unitMilliseconds: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };

/** A time so many periods after the beginning, in UTC. Of a month that is shorter than the day of the beginning it is the last day. */
function after(beginning: number, every: string, count: number): number {
  const [, digits, unit = ''] = /^(\d+)(h|d|w|mo|y)$/.exec(every) ?? [];
  const length = Number(digits) * count;
  const milliseconds = unitMilliseconds[unit];
  if (milliseconds !== undefined) return beginning + length * milliseconds;
  const date = new Date(beginning);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + length * (unit === 'y' ? 12 : 1));
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, lastDay));
  return date.getTime();
}

/** A whole day as `2024-01-31`, another time in full. */
function shortTime(time: number): string {
  return isoTime(time).replace(/T00:00:00\.000Z$/, '');
}

function tooMany(count?: number): GalleyError {
  return invalid(`It would run ${count === undefined ? 'more' : `${count} times, more`} than ${mostPoints} times.`);
}

function invalid(message: string): GalleyError {
  return new GalleyError('retrain.invalid_backfill', message);
}
