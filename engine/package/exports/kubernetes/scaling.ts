import { yamlFile } from '../yaml-file.ts';
import type { ClusterNames } from './names.ts';
import { cpuUtilizationPercent } from './server-resources.ts';

export function horizontalPodAutoscalerFile({ name, labels }: ClusterNames): string {
  return yamlFile({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name, labels },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      minReplicas: 2,
      maxReplicas: 10,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpuUtilizationPercent } },
        },
      ],
      behavior: { scaleDown: { stabilizationWindowSeconds: 300 } },
    },
  });
}

/** Drained nodes take one pod at a time. */
export function podDisruptionBudgetFile({ name, labels, selector }: ClusterNames): string {
  return yamlFile({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name, labels },
    spec: { maxUnavailable: 1, selector: { matchLabels: selector }, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
  });
}
