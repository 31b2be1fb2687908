import { figure } from '../../base/figures.ts';
import { metricName } from '../../base/words.ts';
import type { RehearsedAlert, RehearsedRetraining } from '../../contract/retrain-rehearsal.ts';
import { breaks } from '../../monitor/for-jobs.ts';
import type { PeriodFigures } from './period-figures.ts';
import type { NumberedModel } from './retrain-once.ts';
import type { Stage } from './stage.ts';
import type { Cause } from './standing-alerts.ts';

/** An alert, the version that it was told of, and what it started. */
export interface RaisedAlert {
  causes: Cause[];
  title: string;
  champion: NumberedModel;
  retraining?: RehearsedRetraining;
}

/**
 * Says in hindsight whether an alert was false. It was right where the retraining that it started was promoted, or where the
 * version that it was told of is beyond its limit in the next period as well (also where another one answers it by then: it
 * is asked all the same). It was false where neither is so. Where the next period has too few labels, nothing is said.
 * @param period at whose end it was told.
 */
export async function judgeAlert(
  stage: Stage,
  figures: PeriodFigures,
  { causes, title, champion, retraining }: RaisedAlert,
  period: number,
): Promise<RehearsedAlert> {
  const told = { causes, title };
  if (retraining?.outcome === 'promoted') {
    const because = `version ${retraining.version}, which was trained then, is better`;
    return { ...told, isFalse: false, because };
  }
  const { bound, lowerIsBetter, minimumRows } = figures.limits(champion.model);
  const next = period + 1 < stage.periods.length ? await figures.figure(champion.model, period + 1) : null;
  if (next === null || next.value === null || next.labelled < minimumRows) {
    return { ...told, isFalse: null, because: 'no period after it says whether it was right' };
  }
  const isBeyond = breaks(next.value, { comparison: lowerIsBetter ? 'above' : 'below', bound });
  const value = `version ${champion.version} has ${metricName(stage.metric.name)} ${figure(next.value)} in the next period`;
  if (isBeyond) return { ...told, isFalse: false, because: `${value}, beyond ${figure(bound)}` };
  const nothing = retraining ? ', and retraining brought nothing' : '';
  return { ...told, isFalse: true, because: `${value}, within ${figure(bound)}${nothing}` };
}
