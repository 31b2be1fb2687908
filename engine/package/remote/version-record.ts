import Type, { type Static } from 'typebox';
import { compileCheck } from '../../base/validation.ts';
import { type RemoteStore, remoteDamaged } from '../../data/index.ts';
import { filesOfRun, type PortableRun } from '../../train/index.ts';
import { filesOfVersion, type PortableVersion } from '../portable/portable-version.ts';
import { contradiction, RecordedRun, RecordedVersion } from '../portable/recorded.ts';

const recordFormat = 1;

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

function parsed(key: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw remoteDamaged(key, 'is no JSON');
  }
}
