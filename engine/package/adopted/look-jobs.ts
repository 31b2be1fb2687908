import { selectRows } from '../../base/frame.ts';
import type { OutputOf } from '../../contract/call.ts';
import type { AdoptedFile, adoptedCalls } from '../../contract/package-adopted.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { answerRows, evenly, rawRows, readDataset, type TrainJobInput } from '../../train/index.ts';
import { adoptedModel, inputColumnsOf } from './adopted-model.ts';
import { columnsOf, notesOf, trialOf } from './import-job.ts';
import { isMadeByZipMap } from './mapping.ts';
import { readForeignModel, type TakenModel } from './read-foreign-model.ts';
import { type Chosen, requireMapping, resolveMapping } from './resolve-mapping.ts';

/** A dataset that a file is held against, and what is known of how it belongs there. */
interface Against {
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

export interface TryJobInput extends Against {
  path: string;
  rows: number;
}

/** What a file from elsewhere says of some rows of a dataset. */
export async function runTryJob(
  { path, dataset, target, chosen, rows: wanted }: TryJobInput,
  context: JobContext,
): Promise<OutputOf<typeof adoptedCalls.try>> {
  const taken = readForeignModel(path);
  const frame = await readDataset({ dataset }, context);
  const mapping = requireMapping(await resolveMapping(taken, frame, target, chosen, trialOf(taken)));
  const rows = Int32Array.from(evenly(frame.rows, wanted));
  const all = Int32Array.from({ length: frame.rows }, (_, row) => row);
  const model = adoptedModel(taken, mapping, frame, target, all);
  const columns = columnsOf(frame, inputColumnsOf(mapping));
  const values = rawRows(frame, columns, rows);
  const answers = answerRows(model, selectRows(frame, rows));
  const width = Math.max(1, model.classes.length);
  const [goal] = columnsOf(frame, [target]);
  const actual = goal ? rawRows(frame, [goal], rows).map(([value]) => value ?? null) : [];
  return {
    mapping,
    classes: [...model.classes],
    columns: columns.map(({ name }) => name),
    rows: values.map((row, place) => {
      const label = answers.labels && model.classes[answers.labels[place] as number];
      const truth = actual[place] ?? null;
      return {
        values: row,
        actual: typeof truth === 'boolean' ? String(truth) : truth,
        ...(label !== undefined && { label }),
        outputs: Array.from(answers.values.subarray(place * width, (place + 1) * width), (value) =>
          Number.isFinite(value) ? value : null,
        ),
      };
    }),
  };
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
