import type { CallInput, CallResult } from '../client/client.ts';

type LogInput = CallInput<'deploy.log'>;
export type LogResult = CallResult<'deploy.log'>;

/** Milliseconds that a row may come into the log after it was received. */
const overlap = 60_000;
/** Milliseconds after which the whole log is searched again: for rows that came later still, or are no longer kept. */
const wholeInterval = 5 * 60_000;

interface Found {
  input: string;
  /** UTC epoch milliseconds of the last search of the whole log. */
  wholeAt: number;
  result: LogResult;
}

/** The newest rows of a log, searched again and again: a search goes on from the end of the one before. */
export class FollowedLog {
  readonly #call: (input: LogInput, signal: AbortSignal) => Promise<LogResult>;
  #last: Found | undefined;

  constructor(call: (input: LogInput, signal: AbortSignal) => Promise<LogResult>) {
    this.#call = call;
  }

  /** Searches the whole log the next time: older rows came in. */
  forget(): void {
    this.#last = undefined;
  }

  async search(input: LogInput, signal: AbortSignal): Promise<LogResult> {
    const known = JSON.stringify(input);
    const last = this.#last?.input === known && !isOld(this.#last) ? this.#last : undefined;
    const result = last ? await this.#goOn(last.result, input, signal) : await this.#call(input, signal);
    this.#last = { input: known, wholeAt: last?.wholeAt ?? Date.parse(result.searchedAt), result };
    return result;
  }

  async #goOn(before: LogResult, input: LogInput, signal: AbortSignal): Promise<LogResult> {
    const since = new Date(Math.max(Date.parse(before.searchedAt) - overlap, sinceOf(input))).toISOString();
    const found = await this.#call({ ...input, since }, signal);
    const known = new Set(found.skipped.map(({ segment }) => segment));
    const skipped = [...before.skipped.filter(({ segment }) => !known.has(segment)), ...found.skipped];
    return { ...found, ...joined(found, before, since, input.limit as number), skipped };
  }
}

function isOld({ wholeAt, result }: Found): boolean {
  return Date.parse(result.searchedAt) - wholeAt >= wholeInterval;
}

function sinceOf({ since }: LogInput): number {
  return since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(since);
}

/** What was found from a time on, before what was found earlier of the time before it. */
function joined(found: LogResult, before: LogResult, since: string, limit: number): Pick<LogResult, 'rows' | 'next'> {
  if (found.next !== null) return found;
  const older = before.rows.filter(({ receivedAt }) => Date.parse(receivedAt) < Date.parse(since));
  const all = [...found.rows, ...older];
  const rows = all.slice(0, limit);
  const last = rows.at(-1);
  const isMore = before.next !== null || all.length > limit;
  return { rows, next: isMore && last ? placeOf(last) : null };
}

function placeOf({ receivedAt, requestId, rowId, version }: LogResult['rows'][number]): LogResult['next'] {
  return { receivedAt, requestId, rowId, version };
}
