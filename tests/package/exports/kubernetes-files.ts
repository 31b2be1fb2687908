import { parseAllDocuments } from 'yaml';
import type { ExportFile, ExportSource } from '../../../engine/package/exports/exporter.ts';
import { kubernetesExporter } from '../../../engine/package/exports/kubernetes/kubernetes-exporter.ts';
import type { ServerMeasurement } from '../../../engine/package/exports/kubernetes/measure-server.ts';
import type { Manifest } from '../../support/manifest-schemas.ts';
import { ridersSource, textOf } from './riders-source.ts';

export const measured: ServerMeasurement = {
  loadedBytes: 90 * 2 ** 20,
  loadBytes: 150 * 2 ** 20,
  cpuSecondsPerRequest: 0.0002,
  cpuSecondsPerBatchRow: 0.00001,
  requestsPerSecond: 3210.4,
  startSeconds: 0.41,
  machine: 'a processor, 2 cores, linux x64, Node 24.1.0',
};

/** The export of a version, for which nothing is measured. */
export function kubernetesFiles(source: ExportSource = ridersSource()): Promise<ExportFile[]> {
  return kubernetesExporter(async () => measured)(source, { progress: () => {}, throwIfCanceled: () => {} });
}

/** The manifests of all YAML files, but for kustomizations, by their paths. */
export function manifestsOf(files: readonly ExportFile[]): Map<string, Manifest> {
  const paths = files
    .map(({ path }) => path)
    .filter((path) => path.endsWith('.yaml') && !path.endsWith('kustomization.yaml'));
  return new Map(
    paths.map((path) => {
      // As the readers of Kubernetes, which know YAML 1.1.
      const [document, ...more] = parseAllDocuments(textOf(files, path), { version: '1.1' });
      if (!document || more.length > 0) throw new Error(`${path} is not one document`);
      return [path, document.toJS() as Manifest];
    }),
  );
}
