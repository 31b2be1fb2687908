import { expect, test } from 'vitest';
import type {
  CheckReport,
  CheckResult,
  Expectation,
  ExpectationView,
} from '../../engine/contract/data-expectations.ts';
import { markOf, statesOf, summaryOf } from '../../renderer/data/expectations/check-words.ts';
import { expectationOf, fieldProblem, kindForms, valuesOf } from '../../renderer/data/expectations/expectation-form.ts';

const expectations: Expectation[] = [
  { kind: 'rows', least: 1 },
  { kind: 'range', column: 'n', least: 0, severity: 'block' },
  { kind: 'fresh', column: 'day', days: 7 },
];
const keys = ['rows', 'range:n', 'fresh:day'];

function reported(version: number, passed: (boolean | null)[]): CheckReport {
  const results = passed.map((one, index): CheckResult => {
    const expectation = expectations[index] as Expectation;
    return {
      key: keys[index] as string,
      expectation,
      says: '',
      passed: one,
      observed: 1,
      found: `v${version}`,
      rows: null,
      sample: [],
    };
  });
  return { dataset: 'a', version, checkedAt: '', passed: !passed.includes(false), accepted: false, results };
}

function viewOf(history: CheckReport[]): ExpectationView {
  const listed = expectations.map((expectation, index) => ({
    key: keys[index] as string,
    expectation,
    says: keys[index] as string,
  }));
  return { dataset: 'a', path: '', exists: true, text: '', problem: null, expectations: listed, history };
}

test('checks of a version come with failures first, their history and a summary', () => {
  const states = statesOf(viewOf([reported(1, [true, true, null]), reported(2, [true, false, null])]), 2);
  expect(states.map(({ key, state, history }) => [key, state, history.map((past) => past.state)])).toEqual([
    ['range:n', 'failed', ['passed', 'failed']],
    ['fresh:day', 'not run', ['not run', 'not run']],
    ['rows', 'passed', ['passed', 'passed']],
  ]);
  expect(summaryOf(states)).toBe('1 of 2 hold');
  expect(markOf(states)).toBe('bad');
  const unchecked = statesOf(viewOf([]), 1);
  expect([summaryOf(unchecked), markOf(unchecked)]).toEqual(['not checked yet', undefined]);
});

test('a form gives back the expectation that it was filled from', () => {
  const examples: Expectation[] = [
    ...expectations,
    { kind: 'one-of', column: 'size', values: ['S', 'M'], tolerance: 0.1 },
    { kind: 'range', column: 'day', least: '2024-01-01', exclusive: true },
    { kind: 'columns', columns: ['a', 'b'], ordered: true },
    { kind: 'refers', columns: ['a'], dataset: 'other', to: ['id'], note: 'why' },
    { kind: 'monotonic', column: 'day', direction: 'down' },
  ];
  for (const expectation of examples) {
    const form = kindForms.find(({ kind }) => kind === expectation.kind);
    if (!form) throw new Error(`no form for ${expectation.kind}`);
    const common = { severity: expectation.severity ?? ('warn' as const), note: expectation.note ?? '' };
    const values = valuesOf(expectation);
    expect(form.fields.map((field) => fieldProblem(field, values[field.name]))).toEqual(
      form.fields.map(() => undefined),
    );
    expect(expectationOf(form, values, common, [])).toEqual(expectation);
  }
});

test('a field that lacks its value or has a wrong one says so', () => {
  const share = { name: 'most', label: '', form: 'share' as const, required: true };
  expect([undefined, '', 'x', '2', '0.5'].map((value) => fieldProblem(share, value))).toEqual([
    'This is needed.',
    'This is needed.',
    'A number is needed.',
    'A share is between 0 and 1.',
    undefined,
  ]);
});
