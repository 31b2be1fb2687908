import { yamlFile } from '../yaml-file.ts';
import type { ClusterNames } from './names.ts';

/** The address of the model in its cluster. */
export function serviceFile({ name, labels, selector }: ClusterNames): string {
  return yamlFile({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels },
    spec: {
      type: 'ClusterIP',
      selector,
      ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP', appProtocol: 'http' }],
    },
  });
}

/** An account without rights, whose token no pod gets. */
export function serviceAccountFile({ name, labels }: ClusterNames): string {
  return yamlFile({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, labels },
    automountServiceAccountToken: false,
  });
}

/** Who may call the pods; they call nobody. */
export function networkPolicyFile({ name, labels, selector }: ClusterNames): string {
  const namespace = (value: string) => ({
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': value } },
  });
  const policy = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, labels },
    spec: {
      podSelector: { matchLabels: selector },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        {
          from: [{ podSelector: {} }, namespace('ingress-nginx'), namespace('monitoring')],
          ports: [{ port: 'http', protocol: 'TCP' }],
        },
      ],
      egress: [],
    },
  };
  return yamlFile(policy, {
    comments: [
      [
        ['spec', 'ingress'],
        'Pods of the same namespace, the ingress controller and Prometheus: name the namespaces of yours.',
      ],
      [
        ['spec', 'egress'],
        'The server calls nobody. Where its config has a log sink of kind http or a collector of traces, allow that and DNS here.',
      ],
    ],
  });
}
