import { isoTime } from '../../base/clock.ts';
import { figure } from '../../base/figures.ts';
import { metricName, sentence } from '../../base/words.ts';
import type {
  RehearsalPolicy,
  RehearsedAlert,
  RehearsedPeriod,
  RehearsedRetraining,
} from '../../contract/retrain-rehearsal.ts';
import { breaks, type TimeWindow } from '../../monitor/for-jobs.ts';
import { judgeAlert, type RaisedAlert } from './false-alerts.ts';
import type { PeriodDrift, PeriodFigures } from './period-figures.ts';
import { endsIn, scheduleOf, triggersOf } from './policies.ts';
import type { RehearsedModel } from './rehearsed-model.ts';
import { type NumberedModel, retrainOnce, Versions } from './retrain-once.ts';
import type { Stage } from './stage.ts';
import { type Cause, StandingAlerts, type Verdicts } from './standing-alerts.ts';

/** What a policy did and got. */
export interface RehearsedRun {
  periods: RehearsedPeriod[];
  /** Models that it trained, each once. */
  trained: Set<RehearsedModel>;
  /** What answered, one a period. */
  champions: RehearsedModel[];
}

/** A period while the rehearsal goes on. */
interface Act {
  window: TimeWindow;
  index: number;
  /** What answered. */
  champion: NumberedModel;
  /** That were answered. */
  rows: Int32Array;
  drift: PeriodDrift | null;
  alerts: RaisedAlert[];
  retrainings: RehearsedRetraining[];
}

/** What the monitor sees at the end of a period. */
interface Look {
  value: number | null;
  drift: PeriodDrift | null;
}

/**
 * Goes through the periods with one policy. In each the champion answers; at its end new rows come in, which start a
 * retraining where an alert of the policy stands; then the monitor looks and tells; then the calendar has its turn. Nothing
 * that is later than the end of a period has a part in what is done then; only how good it was is said in hindsight.
 * @param onPeriod called after each.
 * @throws GalleyError `job.canceled`, and what serving throws
 */
export async function rehearsePolicy(
  stage: Stage,
  figures: PeriodFigures,
  policy: RehearsalPolicy,
  onPeriod: () => void = () => {},
): Promise<RehearsedRun> {
  const triggers = triggersOf(policy);
  const schedule = scheduleOf(policy);
  const versions = new Versions();
  const alerts = new StandingAlerts();
  const trained = new Set<RehearsedModel>();
  const acts: Act[] = [];
  let champion: NumberedModel = { model: stage.first, version: versions.of(stage.first) };

  const retrain = async (act: Act, trigger: RehearsedRetraining['trigger']): Promise<RehearsedRetraining> => {
    const result = await retrainOnce(stage, versions, champion, act.window.to, trigger);
    if (result.challenger) trained.add(result.challenger);
    champion = result.champion;
    act.retrainings.push(result.retraining);
    return result.retraining;
  };
  const isTrigger = (broken: readonly Cause[]) => broken.some((cause) => triggers.includes(cause));

  for (const [index, window] of stage.periods.entries()) {
    stage.throwIfCanceled();
    const { rows } = await stage.answers.of(champion.model, index);
    const drift = figures.drift(champion.model, index, rows);
    const act: Act = { window, index, champion, rows, drift, alerts: [], retrainings: [] };
    acts.push(act);
    if (isTrigger(alerts.standing(champion.version))) await retrain(act, 'rows');
    const look = await lookAt(figures, acts, champion.model);
    const told = alerts.look(champion.version, verdictsOf(figures, champion.model, look));
    if (told.length > 0) {
      const alert: RaisedAlert = { causes: told, title: titleOf(stage, figures, told, champion.model, look), champion };
      act.alerts.push(alert);
      if (isTrigger(told)) alert.retraining = await retrain(act, 'alert');
    }
    if (schedule && endsIn(schedule, window)) await retrain(act, 'schedule');
    onPeriod();
  }
  const periods: RehearsedPeriod[] = [];
  for (const act of acts) periods.push(await periodOf(stage, figures, act));
  return { periods, trained, champions: acts.map((act) => act.champion.model) };
}

/** Performance of the newest period with enough labels, whoever answered it, and drift of the one that has ended. */
async function lookAt(figures: PeriodFigures, acts: readonly Act[], model: RehearsedModel): Promise<Look> {
  const { window, index, rows } = acts.at(-1) as Act;
  let value: number | null = null;
  for (const act of acts.toReversed()) {
    value = await figures.known(act.champion.model, act.index, window.to);
    if (value !== null) break;
  }
  return { value, drift: figures.drift(model, index, rows) };
}

function verdictsOf(figures: PeriodFigures, model: RehearsedModel, { value, drift }: Look): Verdicts {
  const { bound, driftShare, lowerIsBetter } = figures.limits(model);
  return {
    performance: value === null ? null : breaks(value, { comparison: lowerIsBetter ? 'above' : 'below', bound }),
    drift: drift === null ? null : breaks(drift.share, { comparison: 'above', bound: driftShare }),
  };
}

function titleOf(
  { metric }: Stage,
  figures: PeriodFigures,
  told: readonly Cause[],
  model: RehearsedModel,
  { value, drift }: Look,
): string {
  const { bound, lowerIsBetter } = figures.limits(model);
  if (told[0] === 'performance' && value !== null) {
    const [way, side] = lowerIsBetter ? ['rose', 'above'] : ['fell', 'below'];
    return `${sentence(metricName(metric.name))} ${way} to ${figure(value)}, ${side} ${figure(bound)}`;
  }
  return `${drift?.drifted.length ?? 0} of ${drift?.judged ?? 0} important columns drifted`;
}

async function periodOf(stage: Stage, figures: PeriodFigures, act: Act): Promise<RehearsedPeriod> {
  const { window, index, champion, drift, retrainings } = act;
  const { value, low, high } = await figures.figure(champion.model, index);
  const { rows, refused } = await stage.answers.of(champion.model, index);
  const alerts: RehearsedAlert[] = [];
  for (const alert of act.alerts) alerts.push(await judgeAlert(stage, figures, alert, index));
  return {
    from: isoTime(window.from),
    to: isoTime(window.to),
    rows: rows.length,
    refused,
    value,
    interval: low === null || high === null ? null : [low, high],
    drift: drift?.share ?? null,
    version: champion.version,
    limit: figures.limits(champion.model).bound,
    alerts,
    retrainings,
  };
}
