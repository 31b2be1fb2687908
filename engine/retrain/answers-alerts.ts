import type { Alert } from '../contract/monitor-alerts.ts';
import type { Renewal } from '../contract/retrain.ts';
import type { DirectedPhases } from './step-tools.ts';

type Subject = Pick<Renewal, 'deployment' | 'onAlert'>;

/**
 * Whether alerts of the two rules that every deployment has start the pipeline. The limits of its deployment are the one place that says so, so that the switch of
 * the monitor and the one of the pipeline are the same; the pipeline itself says it only while it has no deployment.
 */
export async function answersAlerts({ monitor }: DirectedPhases, pipeline: Subject): Promise<boolean> {
  if (pipeline.deployment === null) return pipeline.onAlert;
  const { limits } = await monitor.handlers.limits({ deployment: pipeline.deployment });
  return limits.retrain;
}

/** Whether this alert starts the pipeline: one of the rules that it broke says so. */
export async function answersAlert(
  { monitor }: DirectedPhases,
  pipeline: Subject,
  { rule, alsoBroken }: Pick<Alert, 'rule' | 'alsoBroken'>,
): Promise<boolean> {
  if (pipeline.deployment === null) return pipeline.onAlert;
  const { rules } = await monitor.handlers.rules({ deployment: pipeline.deployment });
  const broken = new Set([rule, ...alsoBroken]);
  return rules.some(({ name, isOn, retrain }) => isOn && retrain && broken.has(name));
}
