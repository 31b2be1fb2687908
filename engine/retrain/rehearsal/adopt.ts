import { GalleyError } from '../../base/errors.ts';
import type { InputOf, OutputOf } from '../../contract/call.ts';
import type { retrainCalls } from '../../contract/retrain.ts';
import type { Rehearsal, RehearsalPeriod, RehearsalPolicy, rehearsalCalls } from '../../contract/retrain-rehearsal.ts';
import type { Schedule } from '../../contract/retrain-schedule.ts';
import type { EngineContext, Handlers } from '../../jobs/context.ts';
import { driftRule, performanceRule } from '../../monitor/for-jobs.ts';
import type { DirectedPhases } from '../step-tools.ts';
import { policyInWords, scheduleOf, triggersOf } from './policies.ts';
import type { RehearsalStore } from './rehearsal-store.ts';

export interface AdoptionSources {
  context: Pick<EngineContext, 'clock' | 'events'>;
  phases: Pick<DirectedPhases, 'monitor'>;
  rehearsals: RehearsalStore;
  /** Of this phase. */
  handlers: Pick<Handlers<typeof retrainCalls>, 'add' | 'schedule'>;
  /** Whose clocks a schedule means. */
  timezone: string;
}

/** At three in the morning of the first day of each. */
const cronOf: Record<RehearsalPeriod, string> = {
  day: '0 3 * * *',
  week: '0 3 * * 1',
  month: '0 3 1 * *',
  quarter: '0 3 1 1,4,7,10 *',
  year: '0 3 1 1 *',
};

/**
 * Makes a rehearsed policy what starts the model's pipeline, by its calendar or by the rules of the monitor, and the limits of
 * the rehearsal those of the deployment.
 * @throws GalleyError `retrain.rehearsal_not_found`, `retrain.policy_not_rehearsed`, and what the calls throw
 */
export async function adoptPolicy(
  { context, phases, rehearsals, handlers, timezone }: AdoptionSources,
  { rehearsal: id, policy: wanted }: InputOf<typeof rehearsalCalls.adopt>,
): Promise<OutputOf<typeof rehearsalCalls.adopt>> {
  const rehearsal = requireRehearsal(rehearsals, id);
  const policy = wanted ?? rehearsal.best;
  requireRehearsed(rehearsal, policy);
  const { model, windowDays, margin, limits } = rehearsal;
  const triggers = triggersOf(policy);
  const unit = scheduleOf(policy);
  const { pipeline } = await handlers.add({
    model: model as string,
    dataset: rehearsal.dataset.split('@', 1)[0] as string,
    windowDays,
    margin,
    onAlert: triggers.length > 0,
  });
  const schedule: Schedule | null = unit && { cron: cronOf[unit], timezone, missed: 'once' };
  await handlers.schedule({ pipeline: pipeline.name, schedule });
  const deployment = pipeline.renewal?.deployment ?? null;
  if (deployment !== null) {
    const { monitor } = phases;
    const { bound, driftShare, minimumRows } = limits;
    await monitor.handlers.limits({ deployment, driftShare, minimumRows, ...(bound !== null && { bound }) });
    for (const [name, cause] of [
      [performanceRule, 'performance'],
      [driftRule, 'drift'],
    ] as const) {
      await monitor.handlers.setRule({ deployment, name, retrain: triggers.includes(cause) });
    }
  }
  rehearsals.setAdopted(id, policy, context.clock.now());
  context.events.publish({ type: 'phase.changed', phase: 'retrain', subject: id });
  return { policy, pipeline: pipeline.name, deployment, says: saysOf(policy, pipeline.name, deployment, schedule) };
}

/** @throws GalleyError `retrain.rehearsal_not_found` */
export function requireRehearsal(rehearsals: RehearsalStore, id: string): Rehearsal {
  const rehearsal = rehearsals.find(id);
  if (rehearsal) return rehearsal;
  throw new GalleyError('retrain.rehearsal_not_found', `There is no rehearsal ${id}.`, { details: { rehearsal: id } });
}

function requireRehearsed({ policies }: Rehearsal, policy: RehearsalPolicy): void {
  if (policies.some((rehearsed) => rehearsed.policy === policy)) return;
  const known = policies.map((rehearsed) => rehearsed.policy);
  const message = `It rehearsed ${known.join(', ')}, not ${policy}.`;
  throw new GalleyError('retrain.policy_not_rehearsed', message, { details: { policy, policies: known } });
}

function saysOf(policy: RehearsalPolicy, pipeline: string, deployment: string | null, schedule: Schedule | null) {
  if (schedule) return `The pipeline ${pipeline} runs at ${schedule.cron} in ${schedule.timezone}.`;
  if (policy === 'never') return `The pipeline ${pipeline} runs by hand only.`;
  const where = deployment === null ? 'once something answers with the model' : `of ${deployment}`;
  return `The pipeline ${pipeline} runs on alerts ${where}: ${policyInWords(policy)}.`;
}
