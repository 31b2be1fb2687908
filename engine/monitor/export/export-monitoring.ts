import type { InputOf, OutputOf } from '../../contract/call.ts';
import { wholeSettings } from '../../contract/deploy-settings.ts';
import type { monitorCalls } from '../../contract/monitor.ts';
import { asksForKey } from '../../contract/network-access.ts';
import type { DeployPhase } from '../../deploy/index.ts';
import { monitoringFiles, requireEmptyFolder, writeExport } from '../../package/index.ts';
import type { SampleStore } from '../system/sample-store.ts';
import { readmeText } from './readme-text.ts';
import { scrapeConfig } from './scrape-config.ts';

/**
 * Writes the rules, the dashboard and the runbook of a deployment into a folder, all or none of them.
 * @throws GalleyError `deploy.not_found`, `package.folder_not_empty`, `package.not_writable`
 */
export async function exportMonitoring(
  { deploy, samples }: { deploy: Pick<DeployPhase, 'find' | 'handlers'>; samples: Pick<SampleStore, 'objective'> },
  { deployment: name, to }: InputOf<typeof monitorCalls.export>,
): Promise<OutputOf<typeof monitorCalls.export>> {
  const spec = deploy.find(name);
  requireEmptyFolder(to);
  const { deployment } = await deploy.handlers.status({ deployment: spec.name });
  const needsKey = asksForKey(wholeSettings(spec.settings).network);
  const files = [
    { path: 'README.md', content: readmeText(spec.name, spec.model) },
    { path: 'prometheus/prometheus.yml', content: scrapeConfig(deployment.url, needsKey) },
    ...monitoringFiles(spec.name, spec.model, samples.objective(spec.id)),
  ];
  return { files: await writeExport(to, files, { progress: () => {}, throwIfCanceled: () => {} }) };
}
