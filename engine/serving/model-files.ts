import { Check, Errors } from 'typebox/value';
import { GalleyError } from '../base/errors.ts';
import type { ServedVersion } from '../contract/serving.ts';
import { type ColumnType, Signature } from '../contract/values.ts';
import { type ReadFile, readVersionFile, versionFiles } from './version-files.ts';

/** @throws GalleyError `serving.model_unreadable`, `serving.model_tampered`, `serving.model_mismatch` */
export async function servedSignature(served: ServedVersion): Promise<Signature> {
  return readSignature((await versionFiles(served)).signature);
}

const stringTypes = new Set<ColumnType>(['text', 'date', 'timestamp']);

/**
 * Reads and checks the signature of a version.
 * @throws GalleyError `serving.model_unreadable`, `serving.model_tampered`, `serving.model_mismatch`
 */
export async function readSignature(file: ReadFile): Promise<Signature> {
  const { path } = file;
  const signature = await readJson(file);
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

async function readJson(file: ReadFile): Promise<unknown> {
  const text = (await readVersionFile(file)).toString('utf8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = `The signature ${file.path} cannot be read: ${(cause as Error).message}`;
    throw new GalleyError('serving.model_unreadable', message, { details: { path: file.path }, cause });
  }
}
