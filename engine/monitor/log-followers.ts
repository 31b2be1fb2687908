import type { DeployPhase } from '../deploy/index.ts';
import type { DuckReader } from '../store/duck.ts';
import { removeLabels } from './label-retention.ts';
import type { LabelStore } from './label-store.ts';
import type { Profiler } from './profiles/profiler.ts';

/** Follows the logs of deployments: labels that their servers were sent are kept, rows are summed up, and labels go with their rows. */
export function followLogs(
  deploy: Pick<DeployPhase, 'onLabels' | 'onCollection' | 'onRemoval'>,
  duck: DuckReader,
  labels: LabelStore,
  profiler: Profiler,
): void {
  deploy.onLabels((deploymentId, given) => {
    for (const [receivedAt, records] of Map.groupBy(given, (record) => record.received_at)) {
      const kept = records.map(({ row_id, label, known_at }) => ({
        id: row_id,
        label: String(label),
        knownAt: known_at,
      }));
      labels.add(deploymentId, kept, receivedAt);
    }
  });
  deploy.onCollection((deploymentId) => profiler.collected(deploymentId));
  // What goes without being summed up is lost; where it cannot be, it goes all the same.
  deploy.onRemoval(({ deploymentId, gone }) => (gone.length > 0 ? profiler.catchUp(deploymentId) : Promise.resolve()));
  deploy.onRemoval((removal) => removeLabels(duck, labels, removal));
}
