import Type, { type Static } from 'typebox';
import { jobCommand } from './call.ts';
import { Name, Problem } from './values.ts';
import { Sha256 } from './version-manifest.ts';

const ModelTransfer = Type.Object({
  remote: Type.String(),
  versions: Type.Array(
    Type.Object({
      /** `MODEL@VERSION` as this project numbers it. */
      version: Type.String(),
      /** Of its ONNX file. */
      onnx: Sha256,
    }),
  ),
  /** Stored files that had to be moved, those of the datasets' rows included. */
  files: Type.Integer(),
  warnings: Type.Array(Problem),
});
export type ModelTransfer = Static<typeof ModelTransfer>;

/** Which remote, where there are several, and which models; all without. */
export const ModelSelection = Type.Object({
  remote: Type.Optional(Name),
  models: Type.Optional(Type.Array(Name, { minItems: 1 })),
});
export type ModelSelection = Static<typeof ModelSelection>;

export const packageRemoteCalls = {
  push: jobCommand(
    'package.push',
    'Copies to a remote the versions of models that it lacks, and the datasets that they learned from.',
    ModelSelection,
    ModelTransfer,
  ),
  pull: jobCommand(
    'package.pull',
    'Copies from a remote the versions of models that the project lacks, and the datasets that they learned from.',
    ModelSelection,
    ModelTransfer,
  ),
};
