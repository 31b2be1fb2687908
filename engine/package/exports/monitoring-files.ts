import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resourceFolder } from '../../base/entry.ts';
import { filesIn } from './docker/server-files.ts';
import type { ExportFile } from './exporter.ts';
import { dashboardUid, filledIn } from './templates.ts';

const folder = join(resourceFolder(), 'exports', 'docker');
/** What scrapes is said by whoever knows where the servers are. */
const leftOut = 'prometheus/prometheus.yml';

/**
 * Rules for Prometheus, their cases, a dashboard for Grafana and the runbook, for the servers of a model.
 * @param name of the dashboard: small letters, digits, `-` and `_`
 */
export function monitoringFiles(name: string, model: string): ExportFile[] {
  const values = { MODEL: model, UID: dashboardUid(name) };
  const monitoring = filesIn(join(folder, 'monitoring')).filter((path) => path !== leftOut);
  return [
    ...monitoring.map((path) => {
      const text = readFileSync(join(folder, 'monitoring', path), 'utf8');
      const own = path.startsWith('grafana/dashboards/') ? { ...values, MODEL: name } : values;
      return { path, content: filledIn(text, own) };
    }),
    { path: 'runbook.md', content: readFileSync(join(folder, 'runbook.md'), 'utf8') },
  ];
}
