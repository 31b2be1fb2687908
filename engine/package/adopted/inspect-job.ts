import type { OutputOf } from '../../contract/call.ts';
import type { AdoptedFile, adoptedCalls } from '../../contract/package-adopted.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { readDataset, type TrainJobInput } from '../../train/index.ts';
import { notesOf, trialOf } from './import-job.ts';
import { isMadeByZipMap } from './mapping.ts';
import { readForeignModel, type TakenModel } from './read-foreign-model.ts';
import { type Chosen, resolveMapping } from './resolve-mapping.ts';

/** A dataset that a file is held against, and what is known of how it belongs there. */
export interface Against {
  dataset: TrainJobInput['dataset'];
  target: string;
  chosen: Chosen;
}

export interface InspectJobInput {
  path: string;
  against?: Against;
}

/** What stands in a file from elsewhere, and how it could belong to a dataset. */
export async function runInspectJob(
  { path, against }: InspectJobInput,
  context: JobContext,
): Promise<OutputOf<typeof adoptedCalls.inspect>> {
  const taken = readForeignModel(path);
  const file = describeFile(taken);
  if (against === undefined) return { file, mapping: null, problems: [] };
  const frame = await readDataset(against, context);
  const { mapping, problems } = await resolveMapping(taken, frame, against.target, against.chosen, trialOf(taken));
  return { file, mapping: mapping ?? null, problems: [...notesOf(taken), ...problems] };
}

function describeFile({ fileName, bytes, sha256, read, foreign }: TakenModel): AdoptedFile {
  const { opsets, inputs, outputs, operators } = read;
  return {
    fileName,
    bytes,
    sha256,
    producer: foreign.producer ?? '',
    opsets,
    inputs: inputs.map(({ name, type, shape }) => ({ name, type, shape: shape ?? [] })),
    outputs: outputs.map(({ name, type, shape }) => {
      const isMap = isMadeByZipMap(read, name);
      return { name, type: isMap ? 'map' : type, shape: shape ?? [] };
    }),
    operators: operators.map(({ domain, name, count }) => ({ name: domain ? `${domain}.${name}` : name, count })),
    ...(foreign.features && { features: foreign.features }),
  };
}
