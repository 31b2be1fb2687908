import type { ExportSource } from '../exporter.ts';

/** What the objects of a model are called in a cluster. */
export interface ClusterNames {
  /** Of all objects: small letters, digits and `-`. */
  name: string;
  /** Of the image, which `images` of a kustomization replaces. */
  image: string;
  /** The Secret whose key `token` callers send; whoever runs the model makes it. */
  secret: string;
  /** What the objects carry. */
  labels: Record<string, string>;
  /** What selects the pods: the version is not in it, since a Deployment's selector can never change. */
  selector: Record<string, string>;
}

const longestName = 40;

export function clusterNames({ version }: Pick<ExportSource, 'version'>): ClusterNames {
  const name = version.model.replaceAll('_', '-').slice(0, longestName).replace(/-+$/, '');
  const selector = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/component': 'prediction-server' };
  return {
    name,
    image: `${name}-server`,
    secret: `${name}-token`,
    selector,
    labels: { ...selector, 'app.kubernetes.io/version': String(version.version) },
  };
}
