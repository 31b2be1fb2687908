import type { EngineContext } from '../../jobs/context.ts';
import type { DataStore, StoredVersion } from '../store.ts';
import { datasetIdentity } from './identity.ts';
import { allParts } from './manifest.ts';
import { storedForm } from './stored-form.ts';
import type { UnlikeVersion, VerifyInput } from './verify-job.ts';

export interface VersionProblem {
  code: 'data.damaged_version';
  message: string;
}

/** What a version's database row says of itself that cannot be. */
function disagreement({ manifest, identity, rows }: StoredVersion): string | undefined {
  const { delta, schema, leaves } = manifest;
  const stored = allParts(manifest).reduce((sum, part) => sum + part.rows, 0);
  if (stored - (delta?.removed ?? 0) + (delta?.inserted ?? 0) !== rows) return 'its parts have another number of rows';
  return datasetIdentity(schema, rows, leaves) === identity ? undefined : 'its leaves give another identity';
}

/**
 * Checks every version against itself, and reads those with a row delta back from it: they have to have their identity.
 * Of the others the blobs say it all, which are checked for themselves.
 */
export async function verifyVersions(context: EngineContext, store: DataStore): Promise<VersionProblem[]> {
  const unlike: UnlikeVersion[] = [];
  const input: VerifyInput = { versions: [] };
  for (const version of store.datasets().flatMap((dataset) => store.versions(dataset))) {
    const name = `${version.dataset.name}@${version.number}`;
    const reason = disagreement(version);
    if (reason !== undefined) unlike.push({ name, reason });
    else if (version.manifest.delta) input.versions.push(...formOf(context, version, name));
  }
  if (input.versions.length > 0) {
    const job = context.jobs.submit<UnlikeVersion[], UnlikeVersion[]>({
      kind: 'data.verify',
      title: 'Read versions back',
      input,
      commit: (output) => output,
    });
    unlike.push(...(await context.jobs.result<UnlikeVersion[]>(job.id)));
  }
  return unlike.map(({ name, reason }) => ({
    code: 'data.damaged_version',
    message: `${name} is not as it was stored: ${reason}.`,
  }));
}

/** A version of which a file is gone is told by its blobs. */
function formOf(context: EngineContext, version: StoredVersion, name: string): VerifyInput['versions'] {
  try {
    return [{ name, form: storedForm(context, version) }];
  } catch {
    return [];
  }
}
