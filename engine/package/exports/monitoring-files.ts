import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resourceFolder } from '../../base/entry.ts';
import { defaultObjective, type Objective } from '../../contract/monitor-system.ts';
import { objectiveValues } from './availability-bounds.ts';
import { filesIn } from './docker/server-files.ts';
import type { ExportFile } from './exporter.ts';
import { dashboardUid, filledIn } from './templates.ts';

const folder = join(resourceFolder(), 'exports', 'docker');
/** What scrapes is said by whoever knows where the servers are. */
const leftOut = 'prometheus/prometheus.yml';

/**
 * Rules for Prometheus, their cases, a dashboard for Grafana and the runbook, for the servers of a model.
 * @param name of the dashboard: small letters, digits, `-` and `_`
 * @param objective of their availability
 */
export function monitoringFiles(name: string, model: string, objective: Objective = defaultObjective): ExportFile[] {
  const values: Record<string, string> = { MODEL: model, UID: dashboardUid(name), ...objectiveValues(objective) };
  const monitoring = filesIn(join(folder, 'monitoring')).filter((path) => path !== leftOut);
  return [
    ...monitoring.map((path) => {
      const text = readFileSync(join(folder, 'monitoring', path), 'utf8');
      const isDashboard = path.startsWith('grafana/dashboards/');
      const content = filledIn(text, isDashboard ? { ...values, MODEL: name } : values);
      return { path, content: isDashboard ? withBudget(content, values.BUDGET as string) : content };
    }),
    { path: 'runbook.md', content: filledIn(readFileSync(join(folder, 'runbook.md'), 'utf8'), values) },
  ];
}

/** The line in the dashboard that failures are not to pass; JSON has no room for a placeholder in the place of a number. */
function withBudget(dashboard: string, budget: string): string {
  return dashboard.replace('"value": 0.005', `"value": ${budget}`);
}
