import { yamlFile } from '../yaml-file.ts';
import type { ClusterNames } from './names.ts';
import { podSecurity, serverContainer, serverPort, serverVolumes } from './server-container.ts';
import type { ServerResources } from './server-resources.ts';

/** The pods: they start one by one, and none goes before another answers in its place. */
export function deploymentFile(names: ClusterNames, resources: ServerResources): string {
  const { name, labels, selector } = names;
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      revisionHistoryLimit: 5,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      selector: { matchLabels: selector },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: name,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 20,
          securityContext: podSecurity,
          topologySpreadConstraints: ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
            maxSkew: 1,
            topologyKey,
            whenUnsatisfiable: 'ScheduleAnyway',
            labelSelector: { matchLabels: selector },
            matchLabelKeys: ['pod-template-hash'],
          })),
          containers: [
            {
              name: 'server',
              ...serverContainer(names, resources, 'http'),
              ports: [{ name: 'http', containerPort: serverPort, protocol: 'TCP' }],
              lifecycle: { preStop: { sleep: { seconds: 5 } } },
            },
          ],
          volumes: serverVolumes(names),
        },
      },
    },
  };
  const pod = ['spec', 'template', 'spec'];
  const container = [...pod, 'containers', 0];
  return yamlFile(deployment, {
    comments: [
      [['spec', 'revisionHistoryLimit'], 'Without replicas: horizontal-pod-autoscaler.yaml says how many there are.'],
      [
        [...pod, 'terminationGracePeriodSeconds'],
        'preStop takes 5 s, and the server ends within 5 s of SIGTERM with what it has begun answered.',
      ],
      [
        [...container, 'image'],
        'Replaced by `images` of kustomization.yaml. It is built from the export of the format docker.',
      ],
      [
        [...container, 'startupProbe'],
        'Both probes go without a token; /readyz answers 503 until the model is loaded and warm.',
      ],
      [[...container, 'resources'], resources.reason],
      [
        [...container, 'lifecycle'],
        'Until every node has taken the pod out of its routes, requests still come: the server goes on answering meanwhile.\nKubernetes 1.30 and later.',
      ],
    ],
  });
}
