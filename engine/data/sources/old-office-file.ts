import { closeSync, openSync, readSync } from 'node:fs';
import { GalleyError } from '../../base/errors.ts';

const signature = 'd0cf11e0a1b11ae1';
const directoryBytes = 4096;

function hasName(directory: Buffer, name: string): boolean {
  return directory.includes(Buffer.from(name, 'utf16le'));
}

/**
 * What a file in the container of Office 97 (MS-CFB) is: `protected` for a workbook with a password, which newer Office keeps
 * in one as well. Undefined for other files.
 */
export function oldOfficeFile(path: string, head: Buffer): string | undefined {
  if (head.length < 512 || head.subarray(0, 8).toString('hex') !== signature) return undefined;
  const sectorBytes = 1 << Math.min(16, head.readUInt16LE(30));
  const directory = Buffer.alloc(directoryBytes);
  const file = openSync(path, 'r');
  try {
    readSync(file, directory, 0, directoryBytes, (head.readUInt32LE(48) + 1) * sectorBytes);
  } finally {
    closeSync(file);
  }
  if (hasName(directory, 'EncryptedPackage')) return 'protected';
  if (hasName(directory, 'Workbook') || hasName(directory, 'Book')) return 'an Excel workbook of the old kind (.xls)';
  if (hasName(directory, 'WordDocument')) return 'a Word document of the old kind (.doc)';
  return 'a file of old Office or an installer';
}

export function passwordProtected(name: string): GalleyError {
  return new GalleyError(
    'data.password_protected',
    `${name} is protected with a password; save a copy without one and add that.`,
    { details: { file: name } },
  );
}
