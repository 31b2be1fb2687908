import type { ErrorKind, ErrorReport } from '../../contract/errors.ts';

/** Reasons that lie outside the file, as a full disk: tried again for as long as they last. */
const outside: ReadonlySet<ErrorKind> = new Set(['unavailable', 'precondition', 'conflict', 'not_found']);

/** Tries with a file whose failure may lie in it or outside of it, as the death of the process that scored it. */
const mostTries = 6;
/** The longest wait is so many times the first one. */
const longestFactor = 64;

/**
 * Milliseconds before another try with a file that failed so often, each twice as long as the one before, up to a bound;
 * null where it stays as it is until the file changes.
 * @param first wait, in milliseconds
 */
export function retryWait(error: ErrorReport, failures: number, first: number): number | null {
  const isOutside = outside.has(error.kind);
  if (!isOutside && !(mayPass(error) && failures < mostTries)) return null;
  return first * Math.min(2 ** (failures - 1), longestFactor);
}

/** A read that failed in the system, or a process that ended without an answer. */
function mayPass({ code, message, details }: ErrorReport): boolean {
  return code === 'job.process_died' || details.systemCode !== undefined || /\bIO Error\b|^E[A-Z]{2,}: /.test(message);
}
