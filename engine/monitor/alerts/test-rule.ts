import { isoTime } from '../../base/clock.ts';
import { count } from '../../base/words.ts';
import type { InputOf, OutputOf } from '../../contract/call.ts';
import type { alertCalls } from '../../contract/monitor-alerts.ts';
import type { DeploymentSpec } from '../../deploy/index.ts';
import type { DeploymentReports } from '../deployment-report.ts';
import type { TimeRange } from '../logged-rows.ts';
import { judgedWindows } from './judge.ts';
import type { RuleMetric } from './rule-metric.ts';
import { replay } from './rule-state.ts';
import { spanText } from './words.ts';

type TestedRule = InputOf<typeof alertCalls.testRule>['rule'];
export type RuleTest = OutputOf<typeof alertCalls.testRule>;

/** Alerts that the sentence names at most. */
const namedAlerts = 5;

/** When a rule would have fired in the past, had it been there: the whole log is judged against the version that answers now. */
export async function testRule(
  reports: Pick<DeploymentReports, 'of'>,
  spec: DeploymentSpec,
  metric: RuleMetric,
  rule: TestedRule,
  range: TimeRange,
): Promise<RuleTest> {
  const { windows, values } = await judgedWindows(reports, spec, metric, rule, range);
  const states = replay(values, rule);
  const judged = windows.map(({ from, to }, index) => ({
    from: isoTime(from),
    to: isoTime(to),
    value: values[index] ?? null,
    broken: states[index]?.broken ?? false,
    fired: states[index]?.fired ?? false,
  }));
  return { windows: judged, says: sayOf(judged, windows) };
}

function sayOf(judged: RuleTest['windows'], windows: readonly { from: number; to: number }[]): string {
  const known = windows.filter((_, index) => judged[index]?.value !== null);
  const [first] = known;
  const last = known.at(-1);
  if (!first || !last) return 'Nothing can be said: no window has enough rows.';
  const fired = windows.filter((_, index) => judged[index]?.fired);
  const over = `in ${count(known.length, 'window')}, ${spanText(first.from, last.to)}`;
  if (fired.length === 0) return `It would not have fired ${over}.`;
  const named = fired.slice(0, namedAlerts).map(({ from, to }) => spanText(from, to));
  const more = fired.length > namedAlerts ? ` and ${fired.length - namedAlerts} more` : '';
  return `It would have fired ${fired.length === 1 ? 'once' : `${fired.length} times`} ${over}: ${named.join('; ')}${more}.`;
}
