import { type Clock, isoTime } from '../base/clock.ts';
import type { LoggedRequests } from '../contract/deploy-settings.ts';
import type { Exchange } from './exchange.ts';
import type { LineWriter } from './line-writer.ts';

type Level = 'info' | 'warn' | 'error';

/** What the server says of itself: one JSON object a line. Bodies, keys and tokens are never in it. */
export class ServerLog {
  readonly #writer: Pick<LineWriter, 'write'>;
  readonly #clock: Clock;
  #lost = 0;
  /** Which requests have a line. */
  requests: LoggedRequests = 'none';

  constructor(writer: Pick<LineWriter, 'write'>, clock: Clock) {
    this.#writer = writer;
    this.#clock = clock;
  }

  event(level: Level, message: string, more: Record<string, unknown> = {}): void {
    this.#write({ time: isoTime(this.#clock.now()), level, message, ...more });
  }

  /** An error that nobody expected, with its stack. */
  unexpected(error: unknown, ids: { request_id?: string; trace_id?: string } = {}): void {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.event('error', 'An error that was not expected.', { ...ids, stack });
  }

  request(exchange: Exchange): void {
    if (this.requests === 'none' || (this.requests === 'failures' && exchange.status < 400)) return;
    const { requestId, trace, method, route, status, receivedAt, milliseconds, rows, key, error } = exchange;
    this.#write({
      time: isoTime(receivedAt),
      level: levelOf(status),
      message: 'request',
      request_id: requestId,
      method,
      route: route?.path ?? null,
      status,
      duration_ms: Math.round(milliseconds * 1000) / 1000,
      rows,
      key: key ?? undefined,
      error: error ?? undefined,
      trace_id: trace.traceId,
      span_id: trace.spanId,
    });
  }

  #write(line: Record<string, unknown>): void {
    if (this.#lost > 0 && this.#writer.write(this.#lossLine())) this.#lost = 0;
    if (!this.#writer.write(JSON.stringify(line))) this.#lost++;
  }

  #lossLine(): string {
    const time = isoTime(this.#clock.now());
    const message = 'Lines were lost: they came faster than they were read.';
    return JSON.stringify({ time, level: 'warn', message, lines: this.#lost });
  }
}

/** For a server that is to say nothing. */
export function silentLog(clock: Clock): ServerLog {
  return new ServerLog({ write: () => true }, clock);
}

function levelOf(status: number): Level {
  if (status < 400) return 'info';
  return status < 500 ? 'warn' : 'error';
}
