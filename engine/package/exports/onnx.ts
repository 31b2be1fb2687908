import { readFileSync } from 'node:fs';
import type { GoldenSet } from '../golden-set.ts';
import { checkParity } from '../parity.ts';
import { type Exporter, type ExportSource, versionFilesIn } from './exporter.ts';

/** The files of the version as they are, once its graph has answered the golden set again. @throws GalleyError `package.parity_failed` */
export const exportOnnx: Exporter = async (source, { progress }) => {
  progress({ phase: 'comparing', done: 0, total: 1 });
  const [onnx, golden] = [readVersionFile(source, 'model.onnx'), readVersionFile(source, 'golden.json')];
  await checkParity(onnx, source.signature, JSON.parse(golden.toString('utf8')) as GoldenSet);
  return versionFilesIn(source, '');
};

function readVersionFile({ files }: ExportSource, wanted: string): Buffer {
  const file = files.find(({ name }) => name === wanted);
  if (!file) throw new RangeError(`The version has no file ${wanted}.`);
  return readFileSync(file.path);
}
