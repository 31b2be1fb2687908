import Type, { type Static, type TSchema } from 'typebox';
import { compileCheck } from '../../base/validation.ts';
import { Recipe, Run, RunDetail } from '../../contract/train.ts';
import { Metrics, Name, Nullable, Signature } from '../../contract/values.ts';
import { type RemoteStore, remoteDamaged } from '../../data/index.ts';
import { filesOfRun, type PortableRun, recipeHash } from '../../train/index.ts';
import { filesOfVersion, type PortableVersion } from '../portable/portable-version.ts';

const recordFormat = 1;

const id = (kind: string) => Type.String({ pattern: `^${kind}_[0-9a-zA-Z-]{1,64}$` });
export const Hash = Type.String({ pattern: '^sha256:[0-9a-f]{64}$' });
const Count = Type.Integer({ minimum: 0 });
const Positive = Type.Integer({ minimum: 1, maximum: 1_000_000_000 });

export const RecordedVersion = Type.Object({
  model: Type.Object({
    id: id('mdl'),
    name: Name,
    target: Type.String({ minLength: 1, maxLength: 10_000 }),
    createdAt: Count,
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
    createdAt: Count,
  }),
  files: Type.Array(
    Type.Object({ name: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$' }), hash: Hash, bytes: Count }),
    { maxItems: 100 },
  ),
});

const { warnings, environment, features, importance, curves, headline, history } = RunDetail.properties;

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
    createdAt: Count,
  }),
  evaluation: Nullable(Hash),
});

const Recorded = Type.Object({ format: Type.Literal(recordFormat), version: RecordedVersion, run: RecordedRun });

/** A version of a model as it lies on a remote (docs/formats.md, "Remote"). */
export interface VersionRecord extends Pick<Static<typeof Recorded>, 'format'> {
  version: PortableVersion;
  run: PortableRun;
}

/** Where a record lies: ids of its model and its version. */
export interface RecordPlace {
  model: string;
  version: string;
}

const check = compileCheck(Recorded);
const folder = 'models/';
const keyPattern = /^models\/(mdl_[0-9a-zA-Z-]{1,64})\/versions\/(mv_[0-9a-zA-Z-]{1,64})\.json$/;

/** Of the record of a version. */
export const recordKey = ({ model, version }: RecordPlace) => `${folder}${model}/versions/${version}.json`;

/** The records of versions that a remote has. */
export async function listRecords(remote: RemoteStore): Promise<RecordPlace[]> {
  return (await remote.list(folder)).flatMap((key) => {
    const [, model, version] = keyPattern.exec(key) ?? [];
    return model !== undefined && version !== undefined ? [{ model, version }] : [];
  });
}

/** @throws GalleyError `data.remote_damaged` */
export async function readRecord(remote: RemoteStore, place: RecordPlace): Promise<VersionRecord> {
  const key = recordKey(place);
  const text = await remote.readText(key);
  if (text === undefined) throw remoteDamaged(key, 'is gone');
  const record = parsed(key, text);
  const fault = recordFault(record);
  if (fault !== undefined) throw remoteDamaged(key, `is no record that this Galley can take (${fault})`);
  const { model, version } = (record as VersionRecord).version;
  if (model.id !== place.model || version.id !== place.version)
    throw remoteDamaged(key, 'is the record of another version');
  return record as VersionRecord;
}

/** Writes a record, once all its files are there. */
export async function writeRecord(remote: RemoteStore, record: VersionRecord): Promise<void> {
  const { model, version } = record.version;
  await remote.writeText(recordKey({ model: model.id, version: version.id }), JSON.stringify(record));
}

/** Of a version and its run. */
export function recordOf(version: PortableVersion, run: PortableRun): VersionRecord {
  return { format: recordFormat, version, run };
}

/** Hashes of all files that a record needs. */
export function filesOfRecord({ version, run }: VersionRecord): string[] {
  return [...new Set([...filesOfRun(run), ...filesOfVersion(version)])];
}

/** What is wrong with a record, in words; undefined where nothing is. It may come from anybody. */
export function recordFault(record: unknown): string | undefined {
  const [fault] = check(record);
  return fault ? `${fault.path} ${fault.message}` : contradiction(record as VersionRecord);
}

/** How a version and its run contradict each other; undefined where they do not. */
export function contradiction({
  version: { model, version, files },
  run: { run },
}: Pick<VersionRecord, 'version' | 'run'>): string | undefined {
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

function parsed(key: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw remoteDamaged(key, 'is no JSON');
  }
}
