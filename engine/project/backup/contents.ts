import Type, { type Static } from 'typebox';
import { GalleyError } from '../../base/errors.ts';
import { compileCheck } from '../../base/validation.ts';

export const manifestName = 'manifest.json';
export const databaseName = 'galley.db';

const File = Type.Object({
  /** Below the project's folder, parts divided by `/`. */
  path: Type.String({ minLength: 1, maxLength: 1024 }),
  bytes: Type.Integer({ minimum: 0 }),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
});

/** What a backup holds: its first entry. */
export const BackupManifest = Type.Object({
  format: Type.Literal(1),
  /** Galley that wrote it. */
  version: Type.String(),
  project: Type.Object({ id: Type.String(), name: Type.String() }),
  createdAt: Type.String(),
  files: Type.Array(File),
});
export type BackupManifest = Static<typeof BackupManifest>;
export type BackupFile = Static<typeof File>;

const checkManifest = compileCheck(BackupManifest);

/** Parts of a project that are made again: they are in no backup, and none may bring them. */
const madeAgain = new Set(['run', 'cache']);

/** Whether a file of a project goes into its backup. */
export function isKept(path: string): boolean {
  const [first = ''] = path.split('/');
  return !madeAgain.has(first) && !path.startsWith(databaseName) && first !== 'blobs';
}

/** Why a path cannot be one of a project's files, or undefined. */
function faultOf(path: string): string | undefined {
  if (/[\\:*?"<>|]/.test(path) || [...path].some((character) => character < ' '))
    return 'it has characters that no path may have';
  const parts = path.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..' || /[. ]$/.test(part)))
    return 'it leads elsewhere';
  if (madeAgain.has((parts[0] ?? '').toLowerCase())) return 'such files are not part of a backup';
  return undefined;
}

/** What a backup says it holds. @throws GalleyError `project.invalid_backup` */
export function readManifest(text: string): BackupManifest {
  let manifest: BackupManifest;
  try {
    manifest = JSON.parse(text) as BackupManifest;
  } catch (cause) {
    throw invalidBackup('its manifest is no JSON', cause);
  }
  const [fault] = checkManifest(manifest);
  if (fault) throw invalidBackup(`its manifest: ${fault.path.slice(1) || 'it'} ${fault.message}`);
  const seen = new Set<string>();
  for (const { path } of manifest.files) {
    const reason = faultOf(path) ?? (seen.has(path.toLowerCase()) ? 'it stands there twice' : undefined);
    if (reason) throw invalidBackup(`the path ${JSON.stringify(path.slice(0, 100))} is refused: ${reason}`);
    seen.add(path.toLowerCase());
  }
  for (const needed of ['project.json', databaseName]) {
    if (!seen.has(needed)) throw invalidBackup(`${needed} is missing`);
  }
  return manifest;
}

export function invalidBackup(reason: string, cause?: unknown): GalleyError {
  return new GalleyError('project.invalid_backup', `This is no whole backup of a project: ${reason}.`, { cause });
}

export function backupExists(path: string): GalleyError {
  return new GalleyError('project.backup_exists', `There is a file ${path} already.`, { details: { path } });
}
