import type { DeploymentPerformance } from '../../../engine/contract/monitor-performance.ts';

/** All metrics that are known of a deployment, the main one first. */
export function metricNames({ metric, reference, windows }: DeploymentPerformance): string[] {
  const measured = windows.flatMap(({ realised, estimated }) => [
    ...Object.keys(realised ?? {}),
    ...Object.keys(estimated ?? {}),
  ]);
  return [...new Set([metric.name, ...measured, ...Object.keys(reference)])];
}
