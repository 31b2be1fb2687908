import { checkGolden } from '../check-golden.ts';
import type { Exporter, ExportFile } from '../exporter.ts';
import { deploymentFile } from './deployment.ts';
import { kserveWithServer, kserveWithTriton } from './kserve.ts';
import { baseKustomization, componentKustomization, exampleOverlay } from './kustomization.ts';
import { type MeasureServer, measureServer } from './measure-server.ts';
import { dashboardFile, prometheusRuleFile, runbookFile, serviceMonitorFile } from './monitoring.ts';
import { clusterNames } from './names.ts';
import { readmeFile } from './readme.ts';
import { horizontalPodAutoscalerFile, podDisruptionBudgetFile } from './scaling.ts';
import { serverResources } from './server-resources.ts';
import { networkPolicyFile, serviceAccountFile, serviceFile } from './service.ts';

/**
 * A Kustomize base with an example overlay, and KServe InferenceServices: one with the prediction server, one with Triton.
 * @param measure runs the prediction server, by whose needs the pods ask for resources.
 * @returns an exporter that throws GalleyError `package.parity_failed`
 */
export function kubernetesExporter(measure: MeasureServer): Exporter {
  return async (source, control) => {
    await checkGolden(source, control);
    control.progress({ phase: 'measuring', done: 0, total: 1 });
    const measured = await measure(source, control);
    const names = clusterNames(source);
    const resources = serverResources(measured, source.at);
    const base: ExportFile[] = [
      { path: 'service-account.yaml', content: serviceAccountFile(names) },
      { path: 'deployment.yaml', content: deploymentFile(names, resources) },
      { path: 'service.yaml', content: serviceFile(names) },
      { path: 'horizontal-pod-autoscaler.yaml', content: horizontalPodAutoscalerFile(names) },
      { path: 'pod-disruption-budget.yaml', content: podDisruptionBudgetFile(names) },
      { path: 'network-policy.yaml', content: networkPolicyFile(names) },
    ];
    const monitoring: ExportFile[] = [
      { path: 'service-monitor.yaml', content: serviceMonitorFile(names) },
      { path: 'prometheus-rule.yaml', content: prometheusRuleFile(names, resources) },
      { path: 'grafana-dashboard.yaml', content: dashboardFile(names, source) },
    ];
    return [
      { path: 'README.md', content: readmeFile(names, source, measured, resources) },
      { path: 'runbook.md', content: runbookFile() },
      ...below('base', [
        { path: 'kustomization.yaml', content: baseKustomization(names, source, pathsOf(base)) },
        ...base,
      ]),
      ...below('monitoring', [
        { path: 'kustomization.yaml', content: componentKustomization(pathsOf(monitoring)) },
        ...monitoring,
      ]),
      ...below('overlays/example', exampleOverlay(names, source)),
      ...below('kserve/server', kserveWithServer(names, source, resources)),
      ...below('kserve/triton', kserveWithTriton(names, source)),
    ];
  };
}

export const exportKubernetes = kubernetesExporter(measureServer);

function below(folder: string, files: ExportFile[]): ExportFile[] {
  return files.map((file) => ({ ...file, path: `${folder}/${file.path}` }));
}

function pathsOf(files: ExportFile[]): string[] {
  return files.map(({ path }) => path);
}
