import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { GalleyError } from '../../base/errors.ts';
import type { ReadModel } from '../../base/onnx/read-model.ts';
import { convertModel, recogniseModelFile } from '../converted/convert-model.ts';
import { checkModel } from './check-model.ts';
import { takeExternalData } from './external-data.ts';
import type { ForeignModel } from './foreign-model.ts';
import { refuseTooLarge } from './size-limit.ts';
import { takingUnknownCategories } from './unknown-categories.ts';

const unknownCategoriesNote =
  'The model stops at a category that it was not trained on (as scikit-learn says it, handle_unknown="error"). Here such a category, or a missing one, counts as none of those it knows.';

/** A model file from elsewhere that may run here. */
export interface TakenModel {
  foreign: ForeignModel;
  read: ReadModel;
  fileName: string;
  bytes: number;
  /** Of the file as it came. */
  sha256: string;
}

/**
 * Reads a model file from elsewhere and refuses what cannot or must not run here.
 * @throws GalleyError `package.file_not_found`, `package.file_too_large`, `package.pickle_refused`,
 * `package.format_unsupported`, and as `checkModel` and `takeExternalData`
 */
export function readForeignModel(path: string): TakenModel {
  const fileName = basename(path);
  const { size } = statOrRefuse(path, fileName);
  refuseTooLarge(fileName, size);
  refuseOtherFormats(path, fileName);
  const bytes = new Uint8Array(readFileSync(path));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const format = recogniseModelFile(bytes);
  if (format) {
    const foreign = convertModel(bytes, format);
    return { foreign, read: checkModel(foreign.onnx, fileName), fileName, bytes: size, sha256 };
  }
  const read = checkModel(bytes, fileName);
  const whole = takeExternalData(bytes, read.external, dirname(path), fileName);
  const taking = read.operators.some(({ name }) => name === 'OneHotEncoder')
    ? takingUnknownCategories(whole)
    : undefined;
  const foreign = { onnx: taking ?? whole, producer: read.producer, ...(taking && { notes: [unknownCategoriesNote] }) };
  return { foreign, read, fileName, bytes: size, sha256 };
}

function statOrRefuse(path: string, fileName: string): { size: number } {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile()) return found;
  const message = found ? `${path} is no file.` : `There is no file ${path}.`;
  throw new GalleyError('package.file_not_found', message, { details: { path, file: fileName } });
}

const pickles = /\.(pkl|pickle|joblib|dill|cloudpickle|sav)(\.(gz|bz2|xz|z))?$/i;
const otherFormats: readonly [RegExp, string][] = [
  [/\.(h5|hdf5|keras)$/i, 'Keras'],
  [/\.(pt|pth|ckpt|safetensors)$/i, 'PyTorch'],
  [/\.(pb|tflite)$/i, 'TensorFlow'],
  [/\.(cbm)$/i, 'CatBoost'],
  [/\.(mlmodel|pmml)$/i, 'another program'],
];

/** By the name, and by the first bytes: a pickle runs what its maker wrote as soon as it is opened. */
function refuseOtherFormats(path: string, fileName: string): void {
  const head = firstBytes(path);
  const isPickle = pickles.test(fileName) || (head[0] === 0x80 && (head[1] ?? 0) >= 2 && (head[1] ?? 0) <= 5);
  if (isPickle) {
    const message = `${fileName} is a pickle, which runs any program that its maker wrote as soon as it is opened; it was not opened.`;
    throw new GalleyError('package.pickle_refused', message, { details: { file: fileName } });
  }
  const byName = otherFormats.find(([pattern]) => pattern.test(fileName))?.[1];
  const isHdf5 = head.subarray(1, 4).toString('latin1') === 'HDF';
  const isArchive = head.subarray(0, 2).toString('latin1') === 'PK';
  const maker = byName ?? (isHdf5 ? 'Keras' : isArchive ? 'Keras or PyTorch' : undefined);
  if (maker === undefined) return;
  const message = `${fileName} is a file of ${maker}, which only ${maker} itself can read.`;
  throw new GalleyError('package.format_unsupported', message, { details: { file: fileName, maker } });
}

function firstBytes(path: string): Buffer {
  const head = Buffer.alloc(8);
  const file = openSync(path, 'r');
  try {
    return head.subarray(0, readSync(file, head, 0, head.length, 0));
  } finally {
    closeSync(file);
  }
}
