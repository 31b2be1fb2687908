import { type ErrorCode, errorCatalogue } from '../contract/error-catalogue.ts';
import type { ErrorKind, ErrorReport } from '../contract/errors.ts';

export interface GalleyErrorOptions {
  details?: Record<string, unknown>;
  /** Replaces the catalogue's remedy where a closer one is known. */
  hint?: string;
  cause?: unknown;
}

/** An expected failure: its code stands in the catalogue, which gives its kind and its remedy. */
export class GalleyError extends Error {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly hint: string;
  readonly details: Record<string, unknown>;

  constructor(code: ErrorCode, message: string, options: GalleyErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'GalleyError';
    this.code = code;
    this.kind = errorCatalogue[code].kind;
    this.hint = options.hint ?? errorCatalogue[code].hint;
    this.details = options.details ?? {};
  }
}

/** Of the operating system and of SQLite. */
const diskFullCodes: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT', 'SQLITE_FULL']);

/** Any thrown value as a report; what is not a GalleyError is a bug of ours (`internal.bug`). */
export function reportError(error: unknown): ErrorReport {
  if (error instanceof GalleyError) {
    const { code, kind, message, hint, details } = error;
    return { code, kind, message, hint, details };
  }
  const diskFull = diskFullCodes.has((error as NodeJS.ErrnoException | undefined)?.code);
  const code: ErrorCode = diskFull ? 'store.disk_full' : 'internal.bug';
  const message = diskFull ? 'The disk is full.' : error instanceof Error ? error.message : String(error);
  return { code, kind: errorCatalogue[code].kind, message, hint: errorCatalogue[code].hint, details: {} };
}

/** A report that came over a border, as an error again. */
export function errorFromReport(report: ErrorReport): GalleyError {
  const code = (report.code in errorCatalogue ? report.code : 'internal.bug') as ErrorCode;
  return new GalleyError(code, report.message, { details: report.details, hint: report.hint });
}
