import type { ClusterNames } from './names.ts';
import type { ServerResources } from './server-resources.ts';

export const serverPort = 8080;
const tokenFolder = '/run/secrets/galley';

/** The user "node" of the image. */
const user = { runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000, seccompProfile: { type: 'RuntimeDefault' } };

export const podSecurity = user;

/** Says again what the pod says: Knative takes it of containers alone. */
const containerSecurity = {
  ...user,
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

/** The prediction server, as its probes, rights and resources need it; `name` and ports depend on who runs it. */
export function serverContainer({ image }: ClusterNames, { requests, limits }: ServerResources, port: number | string) {
  const probe = (path: string) => ({ httpGet: { path, port } });
  return {
    image,
    imagePullPolicy: 'IfNotPresent',
    env: [
      { name: 'HOST', value: '0.0.0.0' },
      { name: 'GALLEY_TOKEN_FILE', value: `${tokenFolder}/token` },
    ],
    startupProbe: { ...probe('/readyz'), periodSeconds: 1, timeoutSeconds: 2, failureThreshold: 120 },
    readinessProbe: { ...probe('/readyz'), periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 2 },
    livenessProbe: { ...probe('/livez'), periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
    resources: { requests, limits },
    securityContext: containerSecurity,
    volumeMounts: [{ name: 'token', mountPath: tokenFolder, readOnly: true }],
  };
}

/** What the container's mounts name. */
export function serverVolumes({ secret }: ClusterNames) {
  return [{ name: 'token', secret: { secretName: secret, items: [{ key: 'token', path: 'token' }] } }];
}
