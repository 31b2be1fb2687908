import { GalleyError } from '../../base/errors.ts';
import type { CheckResult } from '../../contract/data-expectations.ts';
import type { Problem } from '../../contract/values.ts';
import { columnsOf } from './keys.ts';
import { rowsWord } from './words.ts';

const mostNamed = 3;
const mostLines = 5;

/** Results that make a version be refused. */
export function blockingFailures(results: readonly CheckResult[]): CheckResult[] {
  return results.filter(({ passed, expectation }) => passed === false && expectation.severity === 'block');
}

function sentence({ says, found, rows, sample }: CheckResult): string {
  const lines = sample.flatMap(({ line }) => (line === undefined ? [] : [line])).slice(0, mostLines);
  if (rows === null || rows === 0) return `“${says}”: ${found}`;
  const where =
    lines.length > 0
      ? ` (${lines.length === 1 ? 'line' : 'lines'} ${lines.map((line) => line.toLocaleString('en-US')).join(', ')}${rows > lines.length ? ', …' : ''})`
      : '';
  return `“${says}” fails in ${rowsWord(rows)}${where}.`;
}

/** A warning for each failed expectation of a version that was made all the same. */
export function failureWarnings(results: readonly CheckResult[] | null): Problem[] {
  return (results ?? [])
    .filter(({ passed }) => passed === false)
    .map((result) => {
      const [column] = columnsOf(result.expectation);
      const warning = { code: 'data.expectation_not_met', message: sentence(result) };
      return column === undefined ? warning : { ...warning, column };
    });
}

/** The error that refuses rows: which expectations, how many rows, the first ones with their lines. */
export function refusal(dataset: string, results: readonly CheckResult[]): GalleyError {
  const failures = blockingFailures(results);
  const count =
    failures.length === 1 ? 'An expectation that blocks failed' : `${failures.length} expectations that block failed`;
  const named = failures.slice(0, mostNamed).map(sentence).join(' ');
  const more = failures.length > mostNamed ? ` And ${failures.length - mostNamed} more.` : '';
  return new GalleyError('data.expectation_failed', `${count}, so no version of ${dataset} was made. ${named}${more}`, {
    details: {
      dataset,
      failures: failures.map(({ key, says, found, rows, sample }) => ({ key, says, found, rows, sample })),
    },
  });
}
