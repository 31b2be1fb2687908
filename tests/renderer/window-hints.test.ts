import { expect, test } from 'vitest';
import { errorCatalogue } from '../../engine/contract/error-catalogue.ts';
import { asClientError, ClientError } from '../../renderer/client/client-error.ts';
import { namesCommand, windowHints } from '../../renderer/client/window-hints.ts';

test('the window has a hint of its own wherever the catalogue names a command', () => {
  const named = Object.entries(errorCatalogue).filter(([, { hint }]) => namesCommand.test(hint));
  expect(Object.keys(windowHints)).toEqual(expect.arrayContaining(named.map(([code]) => code)));
  for (const [code, hint] of Object.entries(windowHints)) {
    expect(hint, code).toMatch(/^[A-Z].*\.$/);
    expect(hint, code).not.toMatch(namesCommand);
  }
});

test('an error says what to do in the window; a hint without commands stays as it is', () => {
  const hintOf = (code: string, hint: string) =>
    asClientError(new ClientError({ code, kind: 'invalid', message: '', hint, details: {} })).report.hint;
  expect(hintOf('train.suspected_leak', errorCatalogue['train.suspected_leak'].hint)).toContain('Train again');
  expect(hintOf('data.last_version', 'Delete the dataset instead: galley data delete wine')).toBe(
    'Delete the dataset instead.',
  );
  expect(hintOf('job.crashed', 'Run galley verify.')).toBe('');
  expect(hintOf('train.suspected_leak', 'Leave "paid" out.')).toBe('Leave "paid" out.');
});
