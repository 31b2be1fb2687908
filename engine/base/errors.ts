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

/** Any thrown value as a report; what is neither a GalleyError nor a lack of disk or memory is a bug of ours (`internal.bug`). */
export function reportError(error: unknown): ErrorReport {
  if (error instanceof GalleyError) {
    const { code, kind, message, hint, details } = error;
    return { code, kind, message, hint, details };
  }
  const text = error instanceof Error ? error.message : String(error);
  const [code, message] = resourceFault(error, text) ?? (['internal.bug', text] as const);
  return { code, kind: errorCatalogue[code].kind, message, hint: errorCatalogue[code].hint, details: {} };
}

/** What the machine lacked, where that was the cause. */
function resourceFault(error: unknown, text: string): readonly [ErrorCode, string] | undefined {
  if (diskFullCodes.has((error as NodeJS.ErrnoException | undefined)?.code))
    return ['store.disk_full', 'The disk is full.'];
  // DuckDB's errors have no codes.
  return text.startsWith('Out of Memory Error') ? ['job.out_of_memory', 'The memory did not suffice.'] : undefined;
}

/** A report that came over a border, as an error again. */
export function errorFromReport(report: ErrorReport): GalleyError {
  const code = (report.code in errorCatalogue ? report.code : 'internal.bug') as ErrorCode;
  return new GalleyError(code, report.message, { details: report.details, hint: report.hint });
}
