import type { Exchange } from '../exchange.ts';
import { methodAttribute, originalMethodAttribute } from './http-method.ts';
import type { OtlpConfig } from './otlp-config.ts';
import { attributes, nanoseconds } from './otlp-json.ts';
import type { OtlpSender } from './otlp-sender.ts';

const serverKind = 2;
const errorStatus = 2;
const sampledFlag = 1;

/** The spans of requests, sent in batches. Beyond the queue they are dropped, so that a slow collector slows nothing. */
export class SpanBatches {
  readonly #sender: OtlpSender;
  readonly #config: OtlpConfig;
  readonly #around: (spans: unknown[]) => unknown;
  #queue: Exchange[] = [];
  #timer: NodeJS.Timeout | null = null;
  #sending: Promise<void> | null = null;

  /** @param around puts spans into a message */
  constructor(sender: OtlpSender, config: OtlpConfig, around: (spans: unknown[]) => unknown) {
    this.#sender = sender;
    this.#config = config;
    this.#around = around;
  }

  add(exchange: Exchange): void {
    const { queueSpans, batchSpans, spansMilliseconds } = this.#config;
    if (this.#queue.length >= queueSpans) return;
    this.#queue.push(exchange);
    if (this.#queue.length >= batchSpans) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), spansMilliseconds).unref();
  }

  /** Sends what waits; resolves when it is sent or dropped. */
  flush(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = null;
    });
    return this.#sending;
  }

  async #sendAll(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, this.#config.batchSpans);
      await this.#sender.send(this.#around(batch.map(spanOf)));
    }
  }
}

/** A server's span by the semantic conventions for HTTP. */
function spanOf({ requestId, trace, method, route, status, receivedAt, milliseconds, rows, key, error }: Exchange) {
  return {
    traceId: trace.traceId,
    spanId: trace.spanId,
    parentSpanId: trace.parentId ?? undefined,
    traceState: trace.state ?? undefined,
    flags: sampledFlag,
    name: spanName(methodAttribute(method), route),
    kind: serverKind,
    startTimeUnixNano: nanoseconds(receivedAt),
    endTimeUnixNano: nanoseconds(receivedAt + milliseconds),
    attributes: attributes({
      'http.request.method': methodAttribute(method),
      'http.request.method_original': originalMethodAttribute(method),
      'http.route': route?.path,
      'http.response.status_code': status,
      'url.scheme': 'http',
      'error.type': error ?? undefined,
      'galley.request_id': requestId,
      'galley.rows': rows,
      'galley.key': key ?? undefined,
    }),
    status: status >= 500 ? { code: errorStatus } : {},
  };
}

function spanName(method: string, route: Exchange['route']): string {
  const shown = method === '_OTHER' ? 'HTTP' : method;
  return route ? `${shown} ${route.path}` : shown;
}
