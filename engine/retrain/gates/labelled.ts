import { figure } from '../../base/figures.ts';
import { count, metricName } from '../../base/words.ts';
import type { GateCheck, LabelledComparison } from '../../contract/retrain-artifacts.ts';
import { fewestRows } from '../decision.ts';

/**
 * The challenger must not be worse on the labelled requests of a deployment: it is where the whole 95 % interval of its gain
 * lies below 0. Of fewer than 20 requests, and of those that one of both cannot answer, nothing is said.
 */
export function labelledCheck(
  { deployment, rows, champion, challenger, gain, interval, unanswered }: LabelledComparison,
  metric: string,
): GateCheck {
  const name = 'labelled requests';
  const of = `${count(rows, 'labelled request')} of ${deployment}`;
  if (unanswered !== undefined)
    return { name, passed: true, detail: `requests of ${deployment} say nothing: ${unanswered}` };
  if (rows < fewestRows)
    return { name, passed: true, detail: `${of} say too little; ${fewestRows} are needed before they count` };
  if (champion === null || challenger === null || gain === null)
    return { name, passed: true, detail: `${metricName(metric)} is undefined on ${of}` };
  const passed = interval === null || (interval[1] as number) >= 0;
  const detail = `${passed ? 'it is not worse' : 'it is worse'} on ${of}: ${metricName(metric)} ${figure(challenger)} against ${figure(champion)}`;
  return { name, passed, detail };
}
