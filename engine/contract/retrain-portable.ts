import Type, { type Static } from 'typebox';
import { jobCommand } from './call.ts';
import { Facts } from './retrain-artifacts.ts';
import { PipelineTask, Scalar } from './retrain-pipeline.ts';
import { Name } from './values.ts';

/** A remote that is named by where it is; secrets come from the environment. */
export const RemotePlace = Type.Object({
  address: Type.String({ minLength: 1 }),
  endpoint: Type.Optional(Type.String()),
  region: Type.Optional(Type.String()),
  accessKey: Type.Optional(Type.String()),
  role: Type.Optional(Type.String()),
  keyFile: Type.Optional(Type.String()),
  hostKey: Type.Optional(Type.String()),
  secretVariable: Type.Optional(Type.String()),
});
export type RemotePlace = Static<typeof RemotePlace>;

export const PipelineState = Type.Object({
  pipeline: Type.String(),
  /** Counts up; the highest on a remote holds. */
  number: Type.Integer(),
  /** `MODEL@VERSION` by alias and model: `ridership@champion`. */
  aliases: Type.Record(Type.String(), Type.String()),
});
export type PipelineState = Static<typeof PipelineState>;

export const retrainPortableCalls = {
  handOver: jobCommand(
    'retrain.handOver',
    'Copies to a remote what the steps of a pipeline need to run elsewhere: its data, its champions, recipes and tests.',
    Type.Object({ pipeline: Type.String(), remote: Type.Optional(Name) }),
    Type.Object({ state: PipelineState }),
  ),
  takeBack: jobCommand(
    'retrain.takeBack',
    'Takes in what a pipeline that runs elsewhere made: its versions, and where its aliases point.',
    Type.Object({ pipeline: Type.String(), remote: Type.Optional(Name) }),
    Type.Object({ state: PipelineState }),
  ),
  isolate: jobCommand(
    'retrain.isolate',
    'Puts into a folder what the steps of a pipeline need to run one by one, each from a clean folder, as its exports do.',
    Type.Object({
      pipeline: Type.String(),
      /** A whole path; it must be there. */
      folder: Type.String(),
      parameters: Type.Optional(Type.Record(Type.String(), Scalar)),
    }),
    Type.Object({
      name: Type.String(),
      /** With the parameters that were given. */
      text: Type.String(),
      tasks: Type.Array(PipelineTask),
      /** The folder that stands for the remote. */
      remote: Type.String(),
    }),
  ),
  step: jobCommand(
    'retrain.step',
    'Runs one task of a pipeline with what files say of the tasks before it, and writes to files what it gave.',
    Type.Object({
      text: Type.String(),
      file: Type.Optional(Type.String()),
      task: Type.String(),
      parameters: Type.Optional(Type.Record(Type.String(), Scalar)),
      /** A folder of each task before, as that task wrote it, by its slug; all folders are whole paths. */
      inFolder: Type.String(),
      outFolder: Type.String(),
      /** Where the files stand that a command reads; the folder of a project, or a copy of what is declared. */
      filesFolder: Type.Optional(Type.String()),
      remote: Type.Optional(RemotePlace),
      /** Who approved, where the task asks a person and the system around it has asked already. */
      approvedBy: Type.Optional(Type.String({ minLength: 1 })),
    }),
    Type.Object({
      step: Type.Object({ name: Type.String(), status: Type.String(), summary: Type.String(), facts: Facts }),
    }),
  ),
};
