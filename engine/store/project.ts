import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { writeFileDurably } from '../base/durable-files.ts';
import { GalleyError } from '../base/errors.ts';
import type { NewId } from '../base/ids.ts';
import type { ProjectInfo } from '../contract/project.ts';
import { Trust } from './trust.ts';

/** Format of the project folder; a folder with a higher one is refused untouched. */
export const projectFormat = 1;

interface ProjectFile {
  format: number;
  id: string;
  name: string;
}

const markerName = 'project.json';
/** Folders of readable files that may hold SQL. */
const sqlFolders = ['recipes', 'expectations', 'pipelines'];

export function isProject(path: string): boolean {
  return existsSync(join(path, markerName));
}

/** Whether anything was ever stored in the project. */
export function hasBlobs(path: string): boolean {
  const folder = join(path, 'blobs');
  return existsSync(folder) && readdirSync(folder).some((name) => /^[0-9a-f]{2}$/.test(name));
}

/** The nearest project folder from `path` upwards. */
export function findProject(path: string): string | undefined {
  let folder = resolve(path);
  for (;;) {
    if (isProject(folder)) return folder;
    const parent = dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
}

/** A name for a folder: its last part in the letters that names may have. */
export function nameOfFolder(path: string): string {
  const name = basename(path)
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 64);
  return name === '' ? 'project' : name;
}

/** With its parents, one by one: under /proc, Node's own recursive mkdir never returns (seen with Node 24). */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

/**
 * Makes a project of a folder, which is created where it does not exist.
 * @param isOwn its user made what is in it, so that nothing has to be asked before it runs
 * @throws GalleyError `store.already_a_project`
 */
export function createProject(
  path: string,
  newId: NewId,
  name = nameOfFolder(resolve(path)),
  isOwn = true,
): ProjectInfo {
  const folder = resolve(path);
  if (isProject(folder))
    throw new GalleyError('store.already_a_project', `${folder} is a project already.`, { details: { path: folder } });
  if (!/^[a-z][a-z0-9_-]*$/.test(name))
    throw new GalleyError('store.invalid_name', `"${name}" cannot be the name of a project.`, { details: { name } });
  try {
    for (const part of ['blobs', 'logs', 'run']) makeFolder(join(folder, part));
  } catch (cause) {
    throw new GalleyError('store.not_writable', `The folder ${folder} cannot be written.`, { cause });
  }
  const file: ProjectFile = { format: projectFormat, id: newId('prj'), name };
  writeFileDurably(join(folder, markerName), `${JSON.stringify(file, null, 2)}\n`);
  const project = { id: file.id, name, path: folder };
  if (isOwn) trustOwn(project);
  return project;
}

/** Trusts a project that its user just made, unless files with SQL lay in its folder before. */
function trustOwn(project: ProjectInfo): void {
  if (sqlFolders.some((folder) => existsSync(join(project.path, folder)))) return;
  try {
    new Trust().grant(project);
  } catch (error) {
    console.error(`It could not be written down that ${project.path} is trusted: ${(error as Error).message}`);
  }
}

/** Reads a project's marker. @throws GalleyError `store.not_a_project`, `store.newer_format`, `store.not_writable` */
export function readProject(path: string): ProjectInfo {
  const folder = resolve(path);
  if (!isProject(folder))
    throw new GalleyError('store.not_a_project', `${folder} is not a Galley project.`, { details: { path: folder } });
  const file = readMarker(folder);
  if (file.format > projectFormat) {
    throw new GalleyError(
      'store.newer_format',
      `The project ${folder} has format ${file.format}; this Galley knows ${projectFormat}.`,
      {
        details: { found: file.format, known: projectFormat },
      },
    );
  }
  try {
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    throw new GalleyError('store.not_writable', `The folder ${folder} cannot be written.`, { cause });
  }
  for (const part of ['blobs', 'logs', 'run']) mkdirSync(join(folder, part), { recursive: true });
  return { id: file.id, name: file.name, path: folder };
}

function readMarker(folder: string): ProjectFile {
  const path = join(folder, markerName);
  try {
    const file = JSON.parse(readFileSync(path, 'utf8')) as Partial<ProjectFile> | null;
    if (typeof file?.format === 'number' && typeof file.id === 'string' && typeof file.name === 'string')
      return file as ProjectFile;
  } catch (cause) {
    throw new GalleyError('store.not_a_project', `${path} cannot be read.`, { details: { path: folder }, cause });
  }
  throw new GalleyError('store.not_a_project', `${path} is not the file of a Galley project.`, {
    details: { path: folder },
  });
}

const synchronisedFolders = [/OneDrive/i, /Dropbox/i, /Mobile Documents/i, /iCloud/i, /Google ?Drive/i];

/** The service that keeps a copy of this folder elsewhere and may disturb the database, if its path tells. */
export function synchronisedBy(path: string): string | undefined {
  const match = synchronisedFolders.map((pattern) => pattern.exec(resolve(path))).find((found) => found !== null);
  return match?.[0];
}

/** Where the files of browsers lie in a project, which cannot give their paths. */
export function uploadsFolder(project: string): string {
  return join(project, 'run', 'uploads');
}
