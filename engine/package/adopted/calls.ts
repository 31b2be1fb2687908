import { basename, resolve } from 'node:path';
import type { InputOf, OutputOf } from '../../contract/call.ts';
import type { adoptedCalls } from '../../contract/package-adopted.ts';
import type { ReadableVersion } from '../../data/index.ts';
import type { Handlers } from '../../jobs/context.ts';
import type { ProcessWork } from '../../jobs/job-queue.ts';
import { toRun } from '../../train/index.ts';
import { commitVersion, requirePackageable } from '../add-version.ts';
import { requireFreeAlias } from '../aliases.ts';
import type { Sources } from '../views.ts';
import type { ImportJobInput, ImportJobOutput } from './import-job.ts';
import type { InspectJobInput } from './inspect-job.ts';
import type { Chosen } from './resolve-mapping.ts';
import type { TryJobInput } from './try-job.ts';

const usualRows = 10;

/** The calls about models from elsewhere. */
export function adoptedHandlers(sources: Sources): Handlers<typeof adoptedCalls> {
  const { context, store, train } = sources;
  /** Work whose output is the answer, with nothing to keep. */
  const look = <Output>(kind: string, title: string, input: unknown): ProcessWork<Output, Output> => ({
    kind,
    title,
    input,
    commit: (output) => output,
  });

  return {
    async inspect({ path, reference, target }) {
      const known = reference !== undefined && target !== undefined && { reference, target };
      const input: InspectJobInput = {
        path: resolve(path),
        ...(known && {
          against: {
            dataset: datasetOf((await train.planAdoption(known)).plan.version),
            target: known.target,
            chosen: {},
          },
        }),
      };
      return context.jobs.submit(
        look<OutputOf<typeof adoptedCalls.inspect>>('package.inspect', `Look into ${basename(path)}`, input),
      );
    },

    async try({ path, reference, target, rows = usualRows, ...choice }) {
      const { plan } = await train.planAdoption({ reference, target });
      const input: TryJobInput = {
        path: resolve(path),
        dataset: datasetOf(plan.version),
        target,
        chosen: chosenOf(choice),
        rows,
      };
      return context.jobs.submit(
        look<OutputOf<typeof adoptedCalls.try>>('package.try', `Try ${basename(path)}`, input),
      );
    },

    async import(input) {
      requirePackageable(store.model(input.model), input);
      if (input.alias !== undefined) requireFreeAlias(input.alias);
      const { plan, evaluation } = await train.planAdoption(input);
      const { answers, answersPath, tolerance, threshold } = input;
      const jobInput: ImportJobInput = {
        path: resolve(input.path),
        chosen: chosenOf(input),
        plan,
        evaluation,
        unseen: input.unseen === true,
        ...(answersPath !== undefined && { answersPath: resolve(answersPath) }),
        ...(tolerance !== undefined && { tolerance }),
        ...(threshold !== undefined && { threshold }),
        engine: context.version,
      };
      const work: ProcessWork<ImportJobOutput, OutputOf<typeof adoptedCalls.import>> = {
        kind: 'package.import',
        title: `Import ${basename(input.path)} as ${input.model}`,
        input: jobInput,
        // Rows of the data are not kept with the job.
        ...(answers && { secrets: { answers: JSON.stringify(answers) } }),
        async commit({ trained, built, plan: adopted, mapping, compared }, stagingFolder, jobId) {
          const run = await train.adopt(adopted, trained, stagingFolder, jobId);
          try {
            const version = await commitVersion(sources, run, input, built, stagingFolder);
            return { ...version, run: toRun(run), mapping, compared, warnings: trained.warnings };
          } catch (error) {
            train.takeBack(run);
            throw error;
          }
        },
      };
      return context.jobs.submit(work);
    },
  };
}

function datasetOf({ paths, schema }: ReadableVersion): TryJobInput['dataset'] {
  return { paths, columns: schema.map(({ name, type }) => ({ name, type })) };
}

function chosenOf({ task, inputs, output, classes }: Partial<InputOf<typeof adoptedCalls.try>>): Chosen {
  return {
    ...(task && { task }),
    ...(inputs && { inputs }),
    ...(output && { output }),
    ...(classes && { classes }),
  };
}
