import type { ExportSource } from '../exporter.ts';
import { yamlFile } from '../yaml-file.ts';
import type { ClusterNames } from './names.ts';

export function baseKustomization({ image }: ClusterNames, { version }: ExportSource, resources: string[]): string {
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources,
    images: [{ name: image, newName: `registry.example.com/${image}`, newTag: String(version.version) }],
  };
  return yamlFile(kustomization, {
    comments: [
      [['images'], 'Where the image of the Docker package was pushed to; an overlay says it for its cluster.'],
    ],
  });
}

/** A part that an overlay adds where the cluster has the operator of Prometheus. */
export function componentKustomization(resources: string[]): string {
  return yamlFile(
    { apiVersion: 'kustomize.config.k8s.io/v1alpha1', kind: 'Component', resources },
    { comment: 'For clusters with the operator of Prometheus; without it their kinds are not known.' },
  );
}

/** How a cluster takes the base: its namespace, image, number of pods and address. */
export function exampleOverlay(names: ClusterNames, { version }: ExportSource): { path: string; content: string }[] {
  const { name, image, labels } = names;
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    namespace: name,
    resources: ['namespace.yaml', '../../base', 'ingress.yaml'],
    components: ['../../monitoring'],
    images: [{ name: image, newName: `registry.example.com/${image}`, newTag: String(version.version) }],
    patches: [{ path: 'replicas.yaml' }],
  };
  const replicas = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name },
    spec: { minReplicas: 3, maxReplicas: 20 },
  };
  const namespace = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
  };
  const host = `${name}.example.com`;
  const ingress = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, labels },
    spec: {
      ingressClassName: 'nginx',
      tls: [{ hosts: [host], secretName: `${name}-tls` }],
      rules: [
        {
          host,
          http: {
            paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name, port: { name: 'http' } } } }],
          },
        },
      ],
    },
  };
  return [
    {
      path: 'kustomization.yaml',
      content: yamlFile(kustomization, {
        comment: `kubectl apply -k overlays/example\nCopy this folder for each cluster. The Secret ${names.secret} is made by hand (README.md): no secret belongs into files.`,
        comments: [
          [['components'], 'Take this away where the cluster has no operator of Prometheus.'],
          [['images'], 'newTag is the version of the model: another one is rolled out by changing it.'],
        ],
      }),
    },
    { path: 'namespace.yaml', content: yamlFile(namespace) },
    {
      path: 'replicas.yaml',
      content: yamlFile(replicas, {
        comment: 'The autoscaler rules the number of pods; `replicas` would fight with it.',
      }),
    },
    { path: 'ingress.yaml', content: yamlFile(ingress) },
  ];
}
