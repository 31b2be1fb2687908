import type { ErrorReport } from '../../engine/contract/errors.ts';
import { inWindow } from './window-hints.ts';

/** An error of the engine (or of the way to it) as the window shows it. */
export class ClientError extends Error {
  readonly report: ErrorReport;

  constructor(report: ErrorReport) {
    super(report.message);
    this.name = 'ClientError';
    this.report = inWindow(report);
  }

  /** The caller's own doing, or an engine that went away: nothing to show as a failure. */
  get isAbsence(): boolean {
    return this.report.code === 'client.engine_away';
  }
}

/** Whatever was thrown, as something with a message and a hint. */
export function asClientError(thrown: unknown): ClientError {
  if (thrown instanceof ClientError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new ClientError({
    code: 'client.fault',
    kind: 'internal',
    message,
    hint: 'Reload the window. If it comes again, please report it.',
    details: {},
  });
}

export function engineAway(): ClientError {
  return new ClientError({
    code: 'client.engine_away',
    kind: 'unavailable',
    message: 'The engine does not answer.',
    hint: 'The window tries again by itself. If it stays away, start Galley again.',
    details: {},
  });
}
