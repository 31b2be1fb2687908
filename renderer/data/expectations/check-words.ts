import type {
  CheckReport,
  CheckResult,
  Expectation,
  ExpectationView,
  KeyedExpectation,
} from '../../../engine/contract/data-expectations.ts';

export type CheckState = 'passed' | 'failed' | 'not run';

/** An expectation with what the latest check of a version said of it, and its history. */
export interface ExpectationState extends KeyedExpectation {
  state: CheckState;
  result: CheckResult | undefined;
  history: { version: number; state: CheckState; found: string }[];
}

function stateOf(result: CheckResult | undefined): CheckState {
  if (!result || result.passed === null) return 'not run';
  return result.passed ? 'passed' : 'failed';
}

function resultIn(report: CheckReport | undefined, key: string): CheckResult | undefined {
  return report?.results.find((result) => result.key === key);
}

/** The expectations of a dataset as one version meets them, failures first. */
export function statesOf(view: ExpectationView, version: number): ExpectationState[] {
  const report = view.history.find((each) => each.version === version);
  return view.expectations
    .map((each) => {
      const result = resultIn(report, each.key);
      const history = view.history.map((past) => {
        const then = resultIn(past, each.key);
        return { version: past.version, state: stateOf(then), found: then?.found ?? 'Not checked then.' };
      });
      return { ...each, state: stateOf(result), result, history };
    })
    .sort((left, right) => urgency(left) - urgency(right));
}

/** What blocks comes first, then what only warns, what was not run, and what holds. */
function urgency({ state, expectation }: ExpectationState): number {
  if (state === 'failed') return expectation.severity === 'block' ? 0 : 1;
  return state === 'not run' ? 2 : 3;
}

/** `8 of 9 hold`, or that nothing was checked. */
export function summaryOf(states: readonly ExpectationState[]): string {
  const checked = states.filter(({ state }) => state !== 'not run');
  if (checked.length === 0) return 'not checked yet';
  const holding = checked.filter(({ state }) => state === 'passed').length;
  return `${holding} of ${checked.length} hold`;
}

/** The mark of the tab: bad where something that blocks failed, warning where something else did. */
export function markOf(states: readonly ExpectationState[]): 'bad' | 'warning' | undefined {
  const failed = states.filter(({ state }) => state === 'failed');
  if (failed.length === 0) return undefined;
  return failed.some(({ expectation }) => expectation.severity === 'block') ? 'bad' : 'warning';
}

/** The columns that an expectation is about, none for those of whole tables and for rules. */
export function columnsOf(expectation: Expectation): string[] {
  if ('columns' in expectation) return expectation.columns;
  return 'column' in expectation ? [expectation.column] : [];
}
