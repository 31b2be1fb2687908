import { expect, test } from 'vitest';
import type { Expectation } from '../../../engine/contract/data-expectations.ts';
import { expectationYaml, parseExpectations } from '../../../engine/data/expectations/expectation-file.ts';
import { dataProject } from '../../support/data-project.ts';

function fault(text: string): string {
  try {
    return `read: ${parseExpectations(text, 'sales').length}`;
  } catch (error) {
    return (error as Error).message;
  }
}

const head = 'format: 1\ndataset: sales\nexpectations:\n';

test('a file reads back as it was written, texts that look like something else included', () => {
  const expectations: Expectation[] = [
    { kind: 'one-of', column: 'yes', values: ['no', '1', 'null', '2024-01-01', '', 1.5, true], severity: 'block' },
    { kind: 'range', column: 'day: #1', least: '2024-02-29', note: 'two\nlines\n' },
    { kind: 'pattern', column: "it's", pattern: '^\\d+ "x"$' },
  ];
  const text = expectationYaml('sales', expectations);
  expect(parseExpectations(text, 'sales')).toEqual(expectations);
  expect(text.split('\n').slice(0, 6)).toEqual([
    'format: 1',
    'dataset: sales',
    'expectations:',
    '  - kind: one-of',
    '    column: yes',
    '    values:',
  ]);
});

test('a fault is named with its line, its place and the nearest name', () => {
  const cases: [string, string][] = [
    ['format: 2\n', 'expectations/sales.yaml, line 1: format must be 1.'],
    ['format: 1\ndataset: other\n', "line 2: dataset must be sales, as the file's name says."],
    ['format: 1\ndatset: sales\n', 'line 2: datset is not known here. Did you mean "dataset"?'],
    [
      `${head}  - kind: uniqe\n    columns: [a]\n`,
      'line 4: expectations[1].kind "uniqe" is no kind of expectation. Did you mean "unique"?',
    ],
    [`${head}  - kind: rows\n    least: 1\n  - column: a\n`, 'line 6: expectations[2] needs a kind.'],
    [
      `${head}  - kind: range\n    colum: a\n`,
      'line 5: expectations[1].colum is not known here. Did you mean "column"?',
    ],
    [`${head}  - kind: missing\n    column: a\n    most: 5\n`, 'line 6: expectations[1].most must be at most 1.'],
    [`${head}  - kind: missing\n    column: a\n`, 'line 4: expectations[1] lacks required fields: most.'],
    [
      `${head}  - kind: range\n    column: a\n    least: soon\n`,
      'line 6: expectations[1].least "soon" is neither a number nor a date like 2024-02-29.',
    ],
    [
      `${head}  - kind: range\n    column: a\n    least: 5\n    most: 4\n`,
      'line 7: expectations[1].most must not be below "least".',
    ],
    [`${head}  - kind: range\n    column: a\n`, 'line 4: expectations[1].kind "range" needs "least", "most" or both.'],
    [
      `${head}  - kind: rows\n    least: 1\n    severity: stop\n`,
      'line 6: expectations[1].severity must be one of warn, block.',
    ],
    [`${head}  - kind: rows\n    least: 1\n    least: 2\n`, 'line 6: Map keys must be unique'],
    [`${head}  - kind: rows\n   least: 1\n`, 'line 5: '],
    ['- a\n', 'line 1: must have the members format, dataset, expectations'],
    ['a: &x [1]\nb: [*x, *x]\n', 'is not known here'],
  ];
  for (const [text, message] of cases) expect(fault(text), text).toContain(message);
  const bomb = `format: 1\ndataset: sales\nexpectations:\n  - &a [x, x, x]\n  - &b [*a, *a, *a, *a, *a]\n  - &c [*b, *b, *b, *b, *b]\n  - [*c, *c, *c, *c, *c]\n`;
  expect(fault(bomb)).toContain('alias');
});

test('nothing that cannot be read is saved, and a broken file is shown with its fault', async () => {
  const { data } = dataProject();
  await expect(data.handlers.saveExpectations({ dataset: 'none', expectations: [] })).rejects.toMatchObject({
    code: 'data.unknown_dataset',
  });
});
