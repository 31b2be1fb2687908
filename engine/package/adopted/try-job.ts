import { selectRows } from '../../base/frame.ts';
import type { OutputOf } from '../../contract/call.ts';
import type { adoptedCalls } from '../../contract/package-adopted.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { answerRows, evenly, rawRows, readDataset } from '../../train/index.ts';
import { adoptedModel, inputColumnsOf } from './adopted-model.ts';
import { columnsOf, trialOf } from './import-job.ts';
import type { Against } from './inspect-job.ts';
import { readForeignModel } from './read-foreign-model.ts';
import { requireMapping, resolveMapping } from './resolve-mapping.ts';

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
