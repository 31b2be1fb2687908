import { mkdirSync, readFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { canonicalJson, contentHash, type Json } from '../base/canonical-json.ts';
import { writeFileDurably } from '../base/durable-files.ts';
import { GalleyError, reportError } from '../base/errors.ts';
import type { EngineContext } from '../jobs/context.ts';
import type { GoldenSet } from './golden-set.ts';
import { checkParity } from './parity.ts';
import type { StoredVersion } from './store.ts';

/**
 * Writes a version as `model.onnx`, `signature.json` and `golden.json` into a folder, which is made where it is not
 * there, and runs the written model on its golden set.
 * @throws GalleyError `package.parity_failed`, `package.not_writable`
 */
export async function exportOnnx(
  { blobs }: EngineContext,
  version: StoredVersion,
  folder: string,
): Promise<{ path: string; sha256: string }[]> {
  const target = isAbsolute(folder) ? folder : resolve(folder);
  const contents: [string, string | Uint8Array][] = [
    ['model.onnx', blobs.read(version.onnxHash)],
    ['signature.json', `${canonicalJson(version.signature as unknown as Json)}\n`],
    ['golden.json', blobs.read(version.goldenHash)],
  ];
  const files = writeFiles(target, contents);
  const golden = JSON.parse(readFileSync(join(target, 'golden.json'), 'utf8')) as GoldenSet;
  await checkParity(readFileSync(join(target, 'model.onnx')), version.signature, golden);
  return files;
}

function writeFiles(folder: string, contents: [string, string | Uint8Array][]): { path: string; sha256: string }[] {
  try {
    mkdirSync(folder, { recursive: true });
    return contents.map(([name, content]) => {
      const path = join(folder, name);
      writeFileDurably(path, content);
      return { path, sha256: contentHash(content).replace(/^sha256:/, '') };
    });
  } catch (cause) {
    if (reportError(cause).code === 'store.disk_full') throw cause;
    const message = `${folder} cannot be written: ${(cause as Error).message}`;
    throw new GalleyError('package.not_writable', message, { details: { path: folder }, cause });
  }
}
