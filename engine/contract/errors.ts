/** What went wrong, in the classes that every border (HTTP, exit code, window) knows how to show. */
export const errorKinds = {
  invalid: { status: 422, exitCode: 2 },
  not_found: { status: 404, exitCode: 3 },
  conflict: { status: 409, exitCode: 4 },
  precondition: { status: 412, exitCode: 5 },
  unavailable: { status: 503, exitCode: 6 },
  internal: { status: 500, exitCode: 70 },
  canceled: { status: 499, exitCode: 130 },
} as const;

export type ErrorKind = keyof typeof errorKinds;

/** An error as it crosses a border: HTTP body `{ error }`, `--json` output, job row. */
export interface ErrorReport {
  code: string;
  kind: ErrorKind;
  message: string;
  hint: string;
  details: Record<string, unknown>;
}
