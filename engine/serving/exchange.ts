import type { HttpRoute } from './http-routes.ts';
import type { TraceContext } from './trace-context.ts';

/** A request with its answer, for those who watch the server. */
export interface Exchange {
  requestId: string;
  trace: TraceContext;
  /** Undefined where the request never became whole. */
  method: string | undefined;
  /** Null where there is none of the path. */
  route: HttpRoute | null;
  status: number;
  /** UTC epoch milliseconds. */
  receivedAt: number;
  /** From its receipt to its answer. */
  milliseconds: number;
  /** That were answered. */
  rows: number;
  /** Name of the caller's key, null where it sent none that is known. */
  key: string | null;
  /** Code of the error that it was refused with. */
  error: string | null;
  /** The same with the first fault of its rows, see `refusalReason`. */
  reason: string | null;
}

/** Is told of each answer before it is sent. */
export type ExchangeListener = (exchange: Exchange) => void;
