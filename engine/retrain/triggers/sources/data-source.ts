import { GalleyError } from '../../../base/errors.ts';
import type { PipelineRun } from '../../../contract/retrain.ts';
import type { DataPhase } from '../../../data/index.ts';
import type { PipelineRunStore } from '../../run-store.ts';
import type { TriggerSource } from '../trigger-source.ts';

/** The newest version that was handled, of the dataset of that id; null where there was none. */
interface HandledVersion {
  dataset: string | null;
  version: number;
}

/** New versions of a dataset. One that the pipeline's latest run took already, such as its own, starts nothing. */
export function dataSource(
  data: Pick<DataPhase, 'resolve'>,
  runs: Pick<PipelineRunStore, 'last' | 'find'>,
): TriggerSource<'data', HandledVersion> {
  const newest = (name: string) => data.resolve(`${name}@latest`);
  return {
    first: async ({ dataset }) => {
      try {
        const { dataset: found, number } = newest(dataset);
        return { dataset: found.id, version: number };
      } catch (error) {
        if (!(error instanceof GalleyError && error.kind === 'not_found')) throw error;
        return { dataset: null, version: 0 };
      }
    },
    look: async ({ dataset }, before, { id }) => {
      const { dataset: found, number } = newest(dataset);
      const handled = { dataset: found.id, version: number };
      if (before.dataset === found.id && before.version === number) return undefined;
      const isNew = before.dataset !== found.id || number > before.version;
      if (!isNew || tookVersion(runs.find(runs.last(id)?.id ?? ''), dataset) >= number) return { handled };
      return { handled, came: `${dataset}@${number}` };
    },
  };
}

/** The newest version of a dataset that a run took. */
function tookVersion(run: PipelineRun | undefined, dataset: string): number {
  const versions = (run?.steps ?? []).flatMap(({ output }) =>
    output?.type === 'dataset' && output.dataset === dataset ? output.version : [],
  );
  return Math.max(0, ...versions);
}
