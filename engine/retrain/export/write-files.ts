import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import Type, { type Static } from 'typebox';
import { makeFolderDurably, writeFileDurably } from '../../base/durable-files.ts';
import { GalleyError } from '../../base/errors.ts';
import { compileCheck } from '../../base/validation.ts';

export interface FileToWrite {
  /** With slashes, from the folder. */
  path: string;
  content: string | Uint8Array;
  executable?: boolean;
}

/** Of an export: which files it wrote, and their SHA-256 in hexadecimal. */
const ExportRecord = Type.Object({ format: Type.Literal(1), files: Type.Record(Type.String(), Type.String()) });
type ExportRecord = Static<typeof ExportRecord>;
const checkRecord = compileCheck(ExportRecord);

/** Files that a message names. */
const namedFiles = 10;

/**
 * Writes the files of an export into a folder that has others. What stands there already is written over only where an export
 * wrote it and nobody changed it since.
 * @param recordPath of the file in the folder that says what exports wrote
 * @param force writes over every file
 * @returns absolute paths
 * @throws GalleyError `retrain.export_in_the_way` before anything is written, `retrain.export_not_writable`
 */
export function writeExportedFiles(
  folder: string,
  files: readonly FileToWrite[],
  recordPath: string,
  force: boolean,
): string[] {
  const written = readRecord(join(folder, recordPath));
  const hashes = new Map(files.map(({ path, content }) => [path, sha256(content)]));
  if (!force) requireOwn(folder, hashes, written);
  const record = { format: 1, files: { ...written.files, ...Object.fromEntries(hashes) } };
  const recordFile = { path: recordPath, content: `${JSON.stringify(record, null, 2)}\n` };
  return [...files, recordFile].map((file) => writeOne(folder, file));
}

function readRecord(path: string): ExportRecord {
  try {
    const record: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (checkRecord(record).length === 0) return record as ExportRecord;
  } catch {
    // What cannot be read says that no file is an export's.
  }
  return { format: 1, files: {} };
}

function requireOwn(folder: string, hashes: ReadonlyMap<string, string>, written: ExportRecord): void {
  const foreign = [...hashes].filter(([path, wanted]) => {
    const found = hashOf(join(folder, path));
    return found !== undefined && found !== wanted && found !== written.files[path];
  });
  if (foreign.length === 0) return;
  const paths = foreign.map(([path]) => path);
  const others = paths.length > namedFiles ? ` and ${paths.length - namedFiles} more` : '';
  throw new GalleyError(
    'retrain.export_in_the_way',
    `In ${folder} are files that no export wrote, or that were changed since: ${paths.slice(0, namedFiles).join(', ')}${others}.`,
    { details: { folder, paths } },
  );
}

/** Undefined where there is nothing; of what is no file something that no file has. */
function hashOf(path: string): string | undefined {
  return orNotWritable(path, () => {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined) return undefined;
    return found.isFile() ? sha256(readFileSync(path)) : 'not a file';
  });
}

function writeOne(folder: string, { path, content, executable }: FileToWrite): string {
  const target = join(folder, path);
  return orNotWritable(target, () => {
    makeFolderDurably(dirname(target));
    requireInside(folder, dirname(target));
    writeFileDurably(target, content, executable ? 0o755 : 0o644);
    return target;
  });
}

function orNotWritable<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof GalleyError) throw cause;
    const message = `${path} cannot be written: ${(cause as Error).message}`;
    throw new GalleyError('retrain.export_not_writable', message, { details: { path }, cause });
  }
}

/** A link in the folder leads out of it. */
function requireInside(folder: string, inner: string): void {
  const way = relative(realpathSync(folder), realpathSync(inner));
  if (way !== '..' && !way.startsWith(`..${sep}`)) return;
  throw new GalleyError('retrain.export_not_writable', `${inner} leads out of ${folder}: nothing is written there.`, {
    details: { path: inner },
  });
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
