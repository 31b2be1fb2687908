import { closeSync, lstatSync, openSync, readSync, type Stats } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { GalleyError } from '../../base/errors.ts';
import { wireFields } from '../../base/onnx/protobuf-reader.ts';
import { ProtobufWriter } from '../../base/onnx/protobuf-writer.ts';
import { type ExternalTensor, externalPart } from '../../base/onnx/read-model.ts';
import { childKind, rewriteMessage } from '../../base/onnx/wire-messages.ts';
import { refuseTooLarge } from './size-limit.ts';

/**
 * The file with the weights that lie beside it taken in. Only regular files in the file's own folder are read, and none
 * before all places are known to be such.
 * @param folder of the ONNX file.
 * @throws GalleyError `package.external_data_refused`, `package.file_too_large`
 */
export function takeExternalData(
  bytes: Uint8Array,
  external: readonly ExternalTensor[],
  folder: string,
  fileName: string,
): Uint8Array {
  if (external.length === 0) return bytes;
  for (const part of external) requireInside(folder, part, fileName);
  refuseTooLarge(
    fileName,
    external.reduce((sum, { length }) => sum + length, bytes.length),
  );
  return rewriteMessage('model', bytes, (kind, field) => {
    if (childKind(kind, field) !== 'tensor') return undefined;
    const part = externalPart(field.content);
    if (part === undefined) return undefined;
    const writer = new ProtobufWriter();
    writer.message(field.number, (tensor) => {
      for (const inner of wireFields(field.content))
        if (inner.number !== 13 && inner.number !== 14) tensor.raw(inner.whole);
      tensor.bytes(9, readPart(folder, part));
    });
    return writer.finish();
  });
}

/** The place must be a plain path below the folder, with no link on its way, to a file of so many bytes. */
function requireInside(folder: string, { location, offset, length }: ExternalTensor, fileName: string): void {
  const refuse = (why: string): never => {
    const message = `${fileName} has weights in "${location}", ${why}. Only files in its own folder are read.`;
    throw new GalleyError('package.external_data_refused', message, { details: { file: fileName, location } });
  };
  const parts = location.split('/');
  if (location === '' || location.includes('\0')) refuse('which names no file');
  if (isAbsolute(location) || /^[a-z]:/i.test(location)) refuse('an absolute path');
  if (location.includes('\\') || parts.includes('..')) refuse('which leads out of its folder');
  let path = folder;
  let found: Stats | undefined;
  for (const part of parts) {
    path = join(path, part);
    found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined) refuse('which is not there; choose the file by its path, with its weights beside it');
    if (found?.isSymbolicLink()) refuse('which is a link');
  }
  if (!found?.isFile()) refuse('which is no file');
  const isSound = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (!isSound || offset + length > (found?.size ?? 0)) refuse(`which has no ${length} bytes at ${offset}`);
}

function readPart(folder: string, { location, offset, length }: ExternalTensor): Uint8Array {
  const bytes = new Uint8Array(length);
  const file = openSync(join(folder, location), 'r');
  try {
    for (let done = 0, count = -1; done < length && count !== 0; done += count) {
      count = readSync(file, bytes, done, length - done, offset + done);
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}
