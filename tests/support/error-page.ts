import { errorCatalogue } from '../../engine/contract/error-catalogue.ts';
import { errorKinds } from '../../engine/contract/errors.ts';

/** docs/errors.md as the catalogue says it. */
export function errorPage(): string {
  const kinds = Object.entries(errorKinds).map(
    ([kind, { status, exitCode }]) => `| ${kind} | ${status} | ${exitCode} |`,
  );
  const codes = Object.entries(errorCatalogue)
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([code, { kind, meaning, hint }]) => `| \`${code}\` | ${kind} | ${meaning} | ${hint} |`);
  return [
    '# Errors',
    '',
    'Made from `engine/contract/error-catalogue/` by `node scripts/error-page.ts`. A message says what happened, where, and what to',
    'do; the code says which kind of failure it is, the same in the window, over HTTP (`{"error": {code, kind, message, hint, details}}`)',
    'and on the command line.',
    '',
    '| kind | HTTP status | exit code |',
    '| --- | --- | --- |',
    ...kinds,
    '',
    '| code | kind | what happened | what to do |',
    '| --- | --- | --- | --- |',
    ...codes,
    '',
  ].join('\n');
}
