import type { KeyObject } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Clock, isoTime } from '../../base/clock.ts';
import { GalleyError } from '../../base/errors.ts';
import { keyIdOf, signingKeyId, verifySignature } from '../../base/model-signature.ts';
import type { Elsewhere } from '../../contract/monitor-profiles.ts';
import type { DeploymentSpec, DeployPhase } from '../../deploy/index.ts';
import { decodeWindow } from '../../statistics/profile/decode.ts';
import {
  type OpenedDocument,
  type OpenedProfile,
  openDocument,
  type ProfileDocument,
} from '../../statistics/profile/document.ts';
import type { WindowSketch } from '../../statistics/profile/window-sketch.ts';
import { growthOf } from './grown-windows.ts';
import { signedFile } from './own-document.ts';
import type { StoredDocument } from './profile-store.ts';
import type { ProfiledSources } from './profiled-range.ts';
import type { Profiler } from './profiler.ts';
import type { VersionProfile } from './version-profiles.ts';

/** Of a file: more than 4,000 hours of a hundred columns take. */
const largestBytes = 256 * 1024 * 1024;
const windowsPerTurn = 20;
/** Rows and requests of a version in one document: sums of many stay whole numbers. */
const mostRows = 1e12;
/** UTC epoch milliseconds before and after which no window begins: some 8,000 years around 1970, which all dates are within. */
const latestStart = 2.5e14;
const namePattern = /^[a-z][a-z0-9_-]*$/;

export interface ElsewhereSources extends ProfiledSources {
  clock: Clock;
  profiler: Pick<Profiler, 'exclusively'>;
  deploy: ProfiledSources['deploy'] & Pick<DeployPhase, 'find' | 'list'>;
  /** Public keys that are known here. */
  signingKeys(): KeyObject[];
}

export interface ImportedProfile {
  file: string;
  deployment?: string | undefined;
  name?: string | undefined;
}

/**
 * Puts the profile of a server elsewhere beside the rows that were answered here. The same profile again changes nothing, a grown one
 * of the same process takes the place of what it has more rows of.
 * @throws GalleyError `monitor.invalid_profile`, `monitor.profile_of_other_model`, `monitor.unknown_profile_reference`,
 *   `monitor.invalid_profile_signature`, `monitor.unreadable_file`, `deploy.not_found`
 */
export async function importProfile(
  sources: ElsewhereSources,
  { file, deployment, name }: ImportedProfile,
): Promise<{ elsewhere: Elsewhere; added: number }> {
  const { store, profiler } = sources;
  const json = await readJson(file);
  const document = openDocument(json);
  const spec = deploymentOf(sources, document, deployment);
  const isSigned = isSignedByKnown(json as ProfileDocument, sources.signingKeys());
  const source = name ?? (namePattern.test(document.deployment) ? document.deployment : 'elsewhere');
  return profiler.exclusively(spec.id, async () => {
    const before = rowsOf(sources, spec, source);
    const owner = { deploymentId: spec.id, source, instance: document.instance };
    const puts: (() => void)[] = [];
    for (const profile of document.profiles) {
      const version = await versionOf(sources, spec, profile);
      const windows = await decoded(profile, version);
      puts.push(await growthOf(store, { ...owner, version: profile.version }, version.reference, windows));
    }
    store.transaction(() => {
      for (const put of puts) put();
      store.putDocument({
        ...owner,
        namedDeployment: document.deployment,
        madeAt: document.madeAt,
        importedAt: sources.clock.now(),
        isSigned,
      });
    });
    const after = rowsOf(sources, spec, source);
    const [found] = elsewhereOf(sources, spec).filter((one) => one.name === source);
    return { elsewhere: found as Elsewhere, added: after - before };
  });
}

/** Servers elsewhere of one deployment, or of all. */
export function listElsewhere(sources: ElsewhereSources, deployment?: string): Elsewhere[] {
  const specs = deployment === undefined ? sources.deploy.list() : [sources.deploy.find(deployment)];
  return specs.flatMap((spec) => elsewhereOf(sources, spec));
}

/** @throws GalleyError `monitor.elsewhere_not_found` */
export async function removeElsewhere(sources: ElsewhereSources, deployment: string, name: string): Promise<void> {
  const spec = sources.deploy.find(deployment);
  await sources.profiler.exclusively(spec.id, async () => {
    if (!sources.store.documents(spec.id).some(({ source }) => source === name)) {
      const message = `${spec.name} has no profiles of a server "${name}".`;
      throw new GalleyError('monitor.elsewhere_not_found', message, { details: { deployment: spec.name, name } });
    }
    sources.store.removeSource(spec.id, name);
  });
}

function elsewhereOf({ store }: ElsewhereSources, { id }: DeploymentSpec): Elsewhere[] {
  const totals = store.totals(id, { unit: 'month', from: null, to: null });
  return [...Map.groupBy(store.documents(id), ({ source }) => source)].map(([name, documents]) => {
    const own = totals.filter(({ source }) => source === name);
    const [latest] = documents.toSorted((one, other) => other.importedAt - one.importedAt) as [StoredDocument];
    return {
      name,
      deployment: latest.namedDeployment,
      versions: own.map(({ version }) => version).sort((one, other) => one - other),
      rows: own.reduce((sum, { rows }) => sum + rows, 0),
      first: own.length === 0 ? null : isoTime(Math.min(...own.map(({ first }) => first))),
      last: own.length === 0 ? null : isoTime(Math.max(...own.map(({ last }) => last))),
      importedAt: isoTime(latest.importedAt),
      signed: documents.every(({ isSigned }) => isSigned),
    };
  });
}

function rowsOf(sources: ElsewhereSources, spec: DeploymentSpec, source: string): number {
  return elsewhereOf(sources, spec).find(({ name }) => name === source)?.rows ?? 0;
}

async function readJson(file: string): Promise<unknown> {
  const unreadable = (reason: string, cause?: unknown) =>
    new GalleyError('monitor.invalid_profile', `${file} is no profile: ${reason}.`, { details: { file }, cause });
  try {
    const { size } = await stat(file);
    if (size > largestBytes) throw new Error(`it has ${size} bytes, and at most ${largestBytes} are read`);
    return JSON.parse(await readFile(file, 'utf8')) as unknown;
  } catch (cause) {
    throw unreadable((cause as Error).message, cause);
  }
}

/** @throws GalleyError `monitor.profile_of_other_model` */
function deploymentOf(
  { deploy }: ElsewhereSources,
  document: OpenedDocument,
  deployment: string | undefined,
): DeploymentSpec {
  const details = { model: document.model, deployment: document.deployment };
  if (deployment !== undefined) {
    const spec = deploy.find(deployment);
    if (spec.model === document.model) return spec;
    const message = `The profile is of the model "${document.model}", ${spec.name} serves "${spec.model}".`;
    throw new GalleyError('monitor.profile_of_other_model', message, { details });
  }
  const found = deploy.list().filter(({ model }) => model === document.model);
  const [only] = found.length === 1 ? found : found.filter(({ name }) => name === document.deployment);
  if (only) return only;
  const message =
    found.length === 0
      ? `No deployment serves the model "${document.model}" that the profile is of.`
      : `${found.map(({ name }) => name).join(', ')} serve the model "${document.model}": say which one the profile belongs to.`;
  throw new GalleyError('monitor.profile_of_other_model', message, { details });
}

/** Of a key that is not known here nothing can be said. @throws GalleyError `monitor.invalid_profile_signature` */
function isSignedByKnown({ signature, ...document }: ProfileDocument, keys: readonly KeyObject[]): boolean {
  if (signature === undefined) return false;
  const refuse = (reason: string, cause?: unknown) =>
    new GalleyError('monitor.invalid_profile_signature', `The signature of the profile does not hold: ${reason}.`, {
      cause,
    });
  let keyId: string | undefined;
  try {
    keyId = signingKeyId(signature);
  } catch (cause) {
    throw refuse('it is no signature', cause);
  }
  if (keyId === undefined) throw refuse('it names no key');
  const key = keys.find((candidate) => keyIdOf(candidate) === keyId);
  if (key === undefined) return false;
  let signed: string | undefined;
  try {
    signed = verifySignature(signature, key).files[0]?.sha256;
  } catch (cause) {
    throw refuse((cause as Error).message, cause);
  }
  if (signed !== signedFile(document).sha256) throw refuse('it was made over another profile');
  return true;
}

/** @throws GalleyError `monitor.unknown_profile_reference` */
async function versionOf(
  { versions }: ElsewhereSources,
  spec: DeploymentSpec,
  profile: OpenedProfile,
): Promise<VersionProfile> {
  const details = { model: spec.model, version: profile.version, reference: profile.reference };
  const version = await versions.of(spec.model, profile.version).catch((cause) => {
    const message = `Nothing is known here of ${spec.model}@${profile.version}, which the profile is of.`;
    throw new GalleyError('monitor.unknown_profile_reference', message, { details, cause });
  });
  if (version.reference.identity === profile.reference) return version;
  const message = `The profile counts ${spec.model}@${profile.version} against other bins than this project does.`;
  throw new GalleyError('monitor.unknown_profile_reference', message, { details });
}

/** @throws GalleyError `monitor.invalid_profile` */
async function decoded({ windows }: OpenedProfile, { reference }: VersionProfile): Promise<WindowSketch[]> {
  const sketches = new Map<string, WindowSketch>();
  let most = 0;
  for (const [index, window] of windows.entries()) {
    if (index % windowsPerTurn === 0) await nextTurn();
    const sketch = decodeWindow(window, reference);
    const key = `${sketch.unit}/${sketch.start}`;
    most += Math.max(sketch.rows, sketch.requests);
    if (most > mostRows || Math.abs(sketch.start) > latestStart || sketches.has(key)) {
      const message = `The profile has ${key} twice, more than ${mostRows} rows, or times that no row has.`;
      throw new GalleyError('monitor.invalid_profile', message, { details: { window: key, rows: most } });
    }
    sketches.set(key, sketch);
  }
  return [...sketches.values()];
}
