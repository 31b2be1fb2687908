import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, contentHash, type Json } from '../../base/canonical-json.ts';
import { writeFileDurably } from '../../base/durable-files.ts';
import { referenceProfileName } from '../../contract/version-manifest.ts';
import { decodeReference } from '../../statistics/profile/decode-reference.ts';
import type { ReferenceProfile } from '../../statistics/profile/reference-profile.ts';
import type { ResolvedModel } from '../references.ts';
import { type FolderSources, versionFolder } from '../version-folder/version-folder.ts';
import { referenceColumns } from './reference-columns.ts';

/** What rows of a version are counted against, as a file. */
export interface ReferenceFile {
  profile: ReferenceProfile;
  path: string;
  /** In hexadecimal. */
  sha256: string;
  /** Whether it is one of the version's own files, which its manifest names. */
  isOwn: boolean;
}

/**
 * The reference profile of a version. That of a version of before, which has none among its files, is made once and kept beside
 * them; undefined where its rows are gone.
 * @throws GalleyError `store.missing_blob`, `store.damaged_blob`
 */
export async function referenceFile(
  sources: FolderSources,
  resolved: ResolvedModel,
): Promise<ReferenceFile | undefined> {
  const own = (await versionFolder(sources, resolved)).find(({ name }) => name === referenceProfileName);
  if (own) return { profile: readReference(own.path), path: own.path, sha256: own.sha256, isOwn: true };
  const { context, train } = sources;
  const { model, version } = resolved;
  const folder = join(context.project.path, 'run', 'reference-profiles');
  const path = join(folder, `${version.id}.json`);
  if (!existsSync(path)) {
    const columns = await referenceColumns(sources, train.stored(version.runId), version.signature);
    if (columns === undefined) return undefined;
    mkdirSync(folder, { recursive: true });
    const profile = { format: 1, model: model.name, version: version.version, columns } as unknown as Json;
    writeFileDurably(path, `${canonicalJson(profile)}\n`);
  }
  const sha256 = contentHash(readFileSync(path)).replace(/^sha256:/, '');
  return { profile: readReference(path), path, sha256, isOwn: false };
}

function readReference(path: string): ReferenceProfile {
  return decodeReference(JSON.parse(readFileSync(path, 'utf8')));
}
