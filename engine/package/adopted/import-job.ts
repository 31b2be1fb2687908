import { join } from 'node:path';
import type { Frame } from '../../base/frame.ts';
import type { AdoptedMapping } from '../../contract/adopted-mapping.ts';
import type { GivenAnswers } from '../../contract/package-adopted.ts';
import type { AdoptedRecipe } from '../../contract/train.ts';
import type { Problem } from '../../contract/values.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import {
  type AdoptedModel,
  adoptedName,
  drawRows,
  type EvaluationWish,
  jobInputOf,
  judgeAdopted,
  readDataset,
  recipeHash,
  recipeOf,
  type TrainingPlan,
  type TrainJobOutput,
  withAdopted,
} from '../../train/index.ts';
import { type PackageJobOutput, runPackageJob } from '../package-job.ts';
import { requireBinary } from '../require-binary.ts';
import { adoptedModel, inputColumnsOf } from './adopted-model.ts';
import { answersOfFile } from './answers-file.ts';
import { compareGiven } from './given-answers.ts';
import type { RawColumn } from './mapping.ts';
import { readForeignModel, type TakenModel } from './read-foreign-model.ts';
import { type Chosen, requireMapping, resolveMapping } from './resolve-mapping.ts';
import { tryGraph } from './trial.ts';

export interface ImportJobInput {
  path: string;
  chosen: Chosen;
  /** Where the split and the target are; columns and the model come in the job. */
  plan: TrainingPlan;
  evaluation: EvaluationWish;
  threshold?: number;
  /** That it is known that the model has not seen the rows it is judged by. */
  unseen: boolean;
  /** A CSV file of given answers; others come as the secret `answers`, in JSON. */
  answersPath?: string;
  tolerance?: number;
  /** Version of the engine. */
  engine: string;
}

export interface ImportJobOutput {
  trained: TrainJobOutput;
  built: PackageJobOutput;
  /** With what was found out of the model. */
  plan: TrainingPlan;
  mapping: AdoptedMapping;
  compared: { rows: number; largest: number } | null;
}

/**
 * Takes in a model from elsewhere: reads and tries the file, finds out how it belongs to the dataset, compares it with what
 * it said where it was made, judges it, and packages it as a run is packaged.
 * @throws GalleyError `package.…`, `train.…`
 */
export async function runImportJob(input: ImportJobInput, context: JobContext): Promise<ImportJobOutput> {
  const { plan: planned, threshold, tolerance, engine } = input;
  context.progress({ phase: 'reading', done: 0, total: 0 });
  const taken = readForeignModel(input.path);
  const frame = await readDataset(jobInputOf(planned), context);
  context.throwIfCanceled();
  context.progress({ phase: 'trying', done: 0, total: 0 });
  const resolved = await resolveMapping(taken, frame, planned.target, input.chosen, trialOf(taken));
  const mapping = requireMapping(resolved);
  if (threshold !== undefined) requireBinary({ task: mapping.task, target: planned.target });
  const plan = withAdopted(planned, adoptedRecipe(taken, mapping), inputColumnsOf(mapping));
  const drawn = drawRows(frame, jobInputOf(plan).request);
  const model = adoptedModel(taken, mapping, frame, plan.target, drawn.training, threshold);
  const columns = columnsOf(frame, inputColumnsOf(mapping));
  const given = givenAnswers(input, context, model);
  context.throwIfCanceled();
  const compared = given ? compareGiven(model, columns, given, tolerance) : null;
  const order = { target: plan.target, learner: adoptedName, parameters: {}, seed: plan.seed };
  const warnings = [...notesOf(taken), ...(input.unseen ? [] : [perhapsSeen(plan)])];
  const trained = await judgeAdopted(frame, drawn, model, { order, evaluation: input.evaluation, warnings }, context);
  context.throwIfCanceled();
  const [fit] = trained.fits;
  if (fit === undefined) throw new TypeError('A model from elsewhere is judged once.');
  const recipe = recipeOf(plan, trained, fit, engine);
  const built = await runPackageJob(
    {
      modelPath: join(context.stagingFolder, fit.modelFile),
      origin: { galleyVersion: engine, recipeHash: recipeHash(recipe), datasetIdentity: recipe.dataset },
    },
    context,
  );
  return { trained, built, plan, mapping, compared };
}

function givenAnswers(
  { answersPath }: ImportJobInput,
  { secrets }: JobContext,
  model: AdoptedModel,
): GivenAnswers | undefined {
  if (answersPath !== undefined) return answersOfFile(answersPath, model);
  return secrets.answers === undefined ? undefined : (JSON.parse(secrets.answers) as GivenAnswers);
}

/** The first run of a file is in a process of its own. */
export function trialOf({ fileName }: TakenModel): Parameters<typeof resolveMapping>[4] {
  return (onnx, inputs) => tryGraph(onnx, inputs, fileName);
}

/** What a converter decided where its file leaves something open. */
export function notesOf({ foreign: { notes = [] } }: TakenModel): Problem[] {
  return notes.map((message) => ({ code: 'package.converted', message }));
}

function adoptedRecipe({ fileName, sha256, foreign }: TakenModel, mapping: AdoptedMapping): AdoptedRecipe {
  return { fileName, sha256, producer: foreign.producer ?? '', mapping };
}

export function columnsOf(frame: Frame, names: readonly string[]): RawColumn[] {
  return names.flatMap((name) => frame.columns.filter((column) => column.name === name));
}

function perhapsSeen({ version }: TrainingPlan): Problem {
  const message = `It is not known whether the model was trained on rows of ${version.dataset.name}@${version.number} that it is judged by here: if it was, its figures are better than what is to come.`;
  return { code: 'train.perhaps_seen', message };
}
