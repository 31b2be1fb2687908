import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the dashboard of a Docker package asks Prometheus for. */
export function queriesOf(folder: string): string[] {
  const file = join(folder, 'monitoring', 'grafana', 'dashboards', 'galley.json');
  const { panels } = JSON.parse(readFileSync(file, 'utf8')) as { panels: { targets: { expr: string }[] }[] };
  return panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
}
