import type { EngineContext } from '../../jobs/context.ts';
import type { SecretStore } from '../../store/secrets.ts';
import type { Trust } from '../../store/trust.ts';
import type { PipelineFiles } from '../pipeline-files.ts';
import type { PipelineRunStore } from '../run-store.ts';
import type { PipelineRunner } from '../runner.ts';
import type { DirectedPhases } from '../step-tools.ts';
import type { RetrainStore } from '../store.ts';
import { DeliveryStore } from './delivery-store.ts';
import { FolderTrust } from './folder-trust.ts';
import { alertSource } from './sources/alert-source.ts';
import { dataSource } from './sources/data-source.ts';
import { filesSource } from './sources/files-source.ts';
import { labelSource } from './sources/label-source.ts';
import { scheduleSource } from './sources/schedule-source.ts';
import { TriggerDefinitions } from './trigger-definitions.ts';
import { triggerWords } from './trigger-source.ts';
import { TriggerStore } from './trigger-store.ts';
import { TriggerWatch } from './trigger-watch.ts';
import { WaitingRuns } from './waiting-runs.ts';
import { Webhooks } from './webhooks.ts';

interface TriggersParts {
  context: EngineContext;
  phases: DirectedPhases;
  store: RetrainStore;
  runs: PipelineRunStore;
  files: PipelineFiles;
  runner: PipelineRunner;
  trust: Trust;
  secrets: SecretStore;
  trusted(): boolean;
}

/** What starts pipelines by themselves at their times and as their files say. */
export function createTriggers({
  context,
  phases,
  store,
  runs,
  files,
  runner,
  trust,
  secrets,
  trusted,
}: TriggersParts) {
  const triggers = new TriggerStore(context.database);
  const definitions = new TriggerDefinitions(files);
  const folders = new FolderTrust(context.project, trust);
  const waiting = new WaitingRuns({ context, store, triggers, definitions, runs, runner });
  const sources = {
    schedule: scheduleSource(context.clock),
    data: dataSource(phases.data, runs),
    files: filesSource({
      clock: context.clock,
      projectPath: context.project.path,
      isTrusted: (folder) => folders.has(folder),
    }),
    alert: alertSource(phases.monitor),
    labels: labelSource(phases.monitor, runs),
  };
  const watch = new TriggerWatch({ context, store, triggers, definitions, waiting, sources, trusted });
  const deliveries = new DeliveryStore(context.database);
  const webhooks = new Webhooks({
    ...{ context, store, files, triggers, deliveries, definitions, waiting, secrets, trusted },
  });
  context.actions.add(() =>
    store.list().flatMap((pipeline) => {
      const { list = [] } = definitions.of(pipeline) ?? {};
      if (list.length === 0) return [];
      return [
        {
          place: pipeline.renewal === null ? files.file(pipeline.name) : `pipeline ${pipeline.name}`,
          does: `runs by itself on ${list.map(triggerWords).join(', ')}`,
          needs: null,
        },
      ];
    }),
  );
  return { definitions, folders, waiting, watch, webhooks };
}
