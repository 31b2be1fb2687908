import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Check, Errors } from 'typebox/value';
import { GalleyError } from '../base/errors.ts';
import type { ServedVersion } from '../contract/serving.ts';
import { type ColumnType, Signature } from '../contract/values.ts';

/** The paths of a version's files. */
export function versionFiles(served: ServedVersion): { onnx: string; signature: string } {
  if (!('folder' in served)) return { onnx: served.onnx, signature: served.signature };
  return { onnx: join(served.folder, 'model.onnx'), signature: join(served.folder, 'signature.json') };
}

const stringTypes = new Set<ColumnType>(['text', 'date', 'timestamp']);

/**
 * Reads and checks the signature of a version.
 * @throws GalleyError `serving.model_unreadable`, `serving.model_mismatch`
 */
export async function readSignature(path: string): Promise<Signature> {
  const signature = await readJson(path);
  if (!Check(Signature, signature)) {
    const where = Errors(Signature, signature).map(({ instancePath, message }) => `${instancePath || '/'} ${message}`);
    throw new GalleyError('serving.model_mismatch', `The signature ${path} does not fit: ${where.join('; ')}.`, {
      details: { path },
    });
  }
  const wrong = signature.inputs.find(({ type, tensor }) => tensor === 'float' && stringTypes.has(type));
  if (wrong) {
    const message = `The signature ${path} puts ${wrong.name}, a ${wrong.type}, into a float tensor.`;
    throw new GalleyError('serving.model_mismatch', message, { details: { path, field: wrong.name } });
  }
  if (signature.task !== 'regression' && !signature.classes?.length) {
    throw new GalleyError('serving.model_mismatch', `The signature ${path} has no classes.`, { details: { path } });
  }
  return signature;
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    const message = `The signature ${path} cannot be read: ${(cause as Error).message}`;
    throw new GalleyError('serving.model_unreadable', message, { details: { path }, cause });
  }
}
