import { GalleyError } from '../../base/errors.ts';

const mebibyte = 2 ** 20;

/** Of a model file with all that belongs to it: it is held in memory, as text, more than once. */
export const mostFileBytes = 256 * mebibyte;

/** @throws GalleyError `package.file_too_large` */
export function refuseTooLarge(fileName: string, bytes: number): void {
  if (bytes <= mostFileBytes) return;
  const inMebibytes = (size: number) => Math.ceil(size / mebibyte).toLocaleString('en-US');
  const message = `${fileName} has ${inMebibytes(bytes)} MiB; a model file may have ${inMebibytes(mostFileBytes)} MiB, with what lies beside it.`;
  throw new GalleyError('package.file_too_large', message, { details: { file: fileName, bytes, most: mostFileBytes } });
}
