import Type, { type TSchema } from 'typebox';
import { Recipe, Run, RunDetail } from '../../contract/train.ts';
import { Metrics, Name, Nullable, Signature } from '../../contract/values.ts';
import { type PortableRun, recipeHash } from '../../train/index.ts';
import type { PortableVersion } from './portable-version.ts';

const id = (kind: string) => Type.String({ pattern: `^${kind}_[0-9a-zA-Z-]{1,64}$` });
export const Hash = Type.String({ pattern: '^sha256:[0-9a-f]{64}$' });
const Count = Type.Integer({ minimum: 0 });
/** UTC epoch milliseconds, the latest that JavaScript knows. */
const Moment = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 });
const Positive = Type.Integer({ minimum: 1, maximum: 1_000_000_000 });

/** A `PortableVersion` that may be anybody's. */
export const RecordedVersion = Type.Object({
  model: Type.Object({
    id: id('mdl'),
    name: Name,
    target: Type.String({ minLength: 1, maxLength: 10_000 }),
    createdAt: Moment,
  }),
  version: Type.Object({
    id: id('mv'),
    modelId: id('mdl'),
    version: Positive,
    runId: id('run'),
    signature: Signature,
    onnxHash: Hash,
    onnxBytes: Count,
    goldenHash: Hash,
    parityRows: Count,
    parityDifference: Type.Number({ minimum: 0 }),
    createdAt: Moment,
  }),
  files: Type.Array(
    Type.Object({ name: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$' }), hash: Hash, bytes: Count }),
    { maxItems: 100 },
  ),
});

const { warnings, environment, features, importance, curves, headline, history } = RunDetail.properties;

/** A `PortableRun` that may be anybody's. */
export const RecordedRun = Type.Object({
  run: Type.Object({
    id: id('run'),
    number: Positive,
    jobId: Type.String({ maxLength: 100 }),
    datasetVersionId: id('dsv'),
    datasetName: Name,
    datasetVersion: Positive,
    recipe: Recipe,
    recipeHash: Hash,
    metrics: Metrics,
    metric: Run.properties.metric,
    seconds: Type.Number({ minimum: 0 }),
    detail: Type.Object({
      rows: Run.properties.rows,
      intervals: Run.properties.intervals,
      search: Run.properties.search,
      warnings,
      environment,
      features,
      importance,
      curves,
      headline,
      history: Type.Optional(history as TSchema),
      keyColumns: Type.Array(Type.String()),
    }),
    modelHash: Hash,
    holdoutHash: Hash,
    createdAt: Moment,
  }),
  evaluation: Nullable(Hash),
});

/** How a version and its run contradict each other; undefined where they do not. */
export function contradiction({
  version: { model, version, files },
  run: { run },
}: {
  version: PortableVersion;
  run: PortableRun;
}): string | undefined {
  if (version.modelId !== model.id) return 'its version is of another model';
  if (version.runId !== run.id) return 'its version is of another run';
  if (run.recipeHash !== recipeHash(run.recipe)) return 'its recipe is not what its hash says';
  const targets = [run.recipe.target, version.signature.target];
  if (targets.some((target) => target !== model.target)) return 'its parts predict different targets';
  const names = new Set(files.map(({ name }) => name));
  if (names.size !== files.length) return 'two files have one name';
  const differs = (name: string, hash: string) =>
    files.length > 0 && !files.some((file) => file.name === name && file.hash === hash);
  return differs('model.onnx', version.onnxHash) || differs('golden.json', version.goldenHash)
    ? 'its folder has other files than its version'
    : undefined;
}
