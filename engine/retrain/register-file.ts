import type { EngineContext } from '../jobs/context.ts';
import { requirePipeline } from './definition/require-pipeline.ts';
import type { PipelineFiles } from './pipeline-files.ts';
import type { DirectedPhases } from './step-tools.ts';
import type { RetrainStore } from './store.ts';
import { usedBy } from './used-datasets.ts';

/** Makes a pipeline of a file that came into the project by another way; none of its commands is agreed to by that. One that is known stays, unless its file changed. */
export function registerFile(
  {
    context,
    store,
    files,
    phases,
  }: {
    context: EngineContext;
    store: RetrainStore;
    files: PipelineFiles;
    phases: Pick<DirectedPhases, 'data'>;
  },
  name: string,
  isChanged: boolean,
): void {
  const known = store.find(name);
  if (known && (!isChanged || known.renewal !== null)) return;
  const id = known?.id ?? context.newId('pl');
  const user = { kind: 'pipeline', id, label: name };
  const used = datasetsOf(files, phases, name);
  context.database.transaction(() => {
    context.uses.removeAllOf(user);
    for (const dataset of used) context.uses.add(user, { kind: 'dataset', id: dataset });
    store.save({ id, name, renewal: null }, context.clock.now());
  });
  context.events.publish({ type: 'phase.changed', phase: 'retrain', subject: id });
}

/** None of a file that has faults: the list of pipelines says so. */
function datasetsOf(files: PipelineFiles, phases: Pick<DirectedPhases, 'data'>, name: string): ReadonlySet<string> {
  try {
    return usedBy(phases, requirePipeline(files.read(name), files.file(name)).tasks);
  } catch {
    return new Set();
  }
}
