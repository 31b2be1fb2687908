import { GalleyError } from '../../base/errors.ts';
import type { ServedVersion } from '../../contract/serving.ts';
import { referenceProfileName } from '../../contract/version-manifest.ts';
import { decodeReference } from '../../statistics/profile/decode-reference.ts';
import { type PreparedReference, prepareReference } from '../../statistics/profile/reference-profile.ts';
import { type ReadFile, readVersionFile } from '../version-files.ts';

/**
 * What the rows of a version are counted against; null where nobody says it, or says it in a way that is not known here.
 * @param files of the version, of which one may say it
 * @throws GalleyError `serving.model_unreadable`, `serving.model_tampered`
 */
export async function servedReference(
  { version, profile }: ServedVersion,
  files: readonly ReadFile[],
): Promise<PreparedReference | null> {
  const file = profile
    ? { name: referenceProfileName, ...profile }
    : files.find(({ name }) => name === referenceProfileName);
  if (!file) return null;
  const text = (await readVersionFile(file)).toString('utf8');
  try {
    return prepareReference({ ...decodeReference(JSON.parse(text)), version });
  } catch (error) {
    if (error instanceof GalleyError || error instanceof SyntaxError) return null;
    throw error;
  }
}
