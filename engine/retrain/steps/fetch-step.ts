import { GalleyError } from '../../base/errors.ts';
import { count } from '../../base/words.ts';
import type { OutputOf } from '../../contract/call.ts';
import type { dataCalls } from '../../contract/data.ts';
import { jobResult } from '../../jobs/job-result.ts';
import type { StepRequest, StepRunner } from '../execution/step-runner.ts';
import type { StepPhases } from '../step-tools.ts';
import { datasetArtifact } from './dataset-artifact.ts';

/** What a step of the kind `fetch` says. */
interface FetchMembers {
  dataset: string;
  refresh?: boolean;
}

/** Takes the newest version of a dataset, or the one that is named; reads its source again before where that is wished. */
export function fetchStep(tools: StepPhases): StepRunner {
  return {
    identity: async () => null,
    run: async (request) => {
      const { dataset: reference, refresh = false } = request.task.members as unknown as FetchMembers;
      const isNew = refresh && (await refreshed(tools, request, reference.split('@', 1)[0] as string));
      const { version } = await tools.phases.data.handlers.show({ reference });
      const { dataset, version: number, rows } = version;
      const read = refresh ? `, ${isNew ? 'read anew' : 'its source as before'}` : '';
      return {
        summary: `${dataset}@${number}, ${count(rows, 'row')}${read}`,
        output: datasetArtifact(version),
        facts: { rows, version: number, new: isNew },
      };
    },
  };
}

/** Reads the source of a dataset again; answers whether that gave a version. @throws GalleyError `data.no_source`, `data.*` */
async function refreshed(tools: StepPhases, { signal, log }: StepRequest, name: string): Promise<boolean> {
  try {
    const { unchanged, warnings } = await jobResult<OutputOf<typeof dataCalls.refresh>>({ ...tools, signal }, () =>
      tools.phases.data.handlers.refresh({ name }),
    );
    for (const { message } of warnings) log(message);
    return !unchanged;
  } catch (error) {
    if (!(error instanceof GalleyError) || error.code !== 'data.no_source') throw error;
    const message = `${error.message} Add it from a file, an address or a connection, or leave \`refresh\` out.`;
    throw new GalleyError('data.no_source', message, { details: { name }, cause: error });
  }
}
