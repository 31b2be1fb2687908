import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GalleyError } from '../../base/errors.ts';
import type { ProjectInfo } from '../../contract/project.ts';
import type { DataPhase, DatasetPointer } from '../../data/index.ts';
import type { PackagePhase } from '../../package/index.ts';
import { ignoreText } from './ignored.ts';
import { pointerOf } from './pointer-files.ts';
import { stableYaml } from './stable-yaml.ts';
import { type TrackedPath, trackedPath, writtenFolders } from './tracked-paths.ts';

/** Where what the project consists of is read. */
export interface FileSources {
  project: ProjectInfo;
  data: Pick<DataPhase, 'pointers'>;
  packages: Pick<PackagePhase, 'pointers'>;
}

/** Bytes of one file; larger ones are not taken and not given. */
export const mostFileBytes = 4_000_000;

/**
 * Every file of the project that belongs into Git, by path, as the project is now: those that people write as they lie in
 * the folder, the others made from the database. Pointers to what is not here stay as they came.
 * @param waiting their paths
 * @throws GalleyError `project.git_refused` for a file that is too large, or no text
 */
export function projectFiles(sources: FileSources, waiting: ReadonlySet<string>): Map<string, string> {
  const { project, data, packages } = sources;
  const files = new Map<string, string>();
  const onDisk = (path: string) => textOnDisk(project.path, path);
  files.set('.gitignore', ignoreText(onDisk('.gitignore')));
  files.set('galley.yaml', onDisk('galley.yaml') ?? stableYaml({ format: 1, name: project.name }));
  for (const path of writtenPaths(project.path)) {
    const text = onDisk(path);
    if (text !== undefined) files.set(path, text);
  }
  for (const path of waiting) {
    const text = onDisk(path);
    if (text !== undefined) files.set(path, text);
  }
  for (const pointer of data.pointers.datasets.all()) {
    const path = `datasets/${pointer.name}.yaml`;
    const came = waiting.has(path) ? pointerOf(tracked(path), files.get(path)) : undefined;
    const both =
      came?.kind === 'dataset' && came.value.id === pointer.id ? withWaiting(sources, pointer, came.value) : pointer;
    files.set(path, stableYaml(both));
  }
  for (const { model, versions } of packages.pointers.all()) {
    const path = `models/${model.name}/model.yaml`;
    if (!waiting.has(path) || !files.has(path)) files.set(path, stableYaml(model));
    for (const version of versions) files.set(`models/${model.name}/${version.version}.yaml`, stableYaml(version));
  }
  for (const remote of data.pointers.remotes.all()) files.set(`remotes/${remote.name}.yaml`, stableYaml(remote));
  return new Map([...files].sort(([left], [right]) => (left < right ? -1 : 1)));
}

function tracked(path: string): TrackedPath {
  return trackedPath(path) as TrackedPath;
}

/** A dataset of which some versions are only known by the pointer that came. */
function withWaiting({ data }: FileSources, here: DatasetPointer, came: DatasetPointer): DatasetPointer {
  const missing = data.pointers.datasets.unknown(came.versions);
  const versions = [...here.versions, ...missing].sort(
    (left, right) => left.number - right.number || (left.id < right.id ? -1 : 1),
  );
  const isNewer = versions.at(-1)?.id !== here.versions.at(-1)?.id;
  return { ...came, columns: isNewer ? came.columns : here.columns, versions };
}

/** Files of the folders in which people write. */
export function writtenPaths(project: string): string[] {
  return Object.keys(writtenFolders).flatMap((folder) => {
    const found = lstatSync(join(project, folder), { throwIfNoEntry: false });
    if (!found?.isDirectory()) return [];
    return readdirSync(join(project, folder))
      .map((name) => `${folder}/${name}`)
      .filter((path) => trackedPath(path) !== undefined);
  });
}

/** Files in the folder that Galley writes itself. */
export function generatedOnDisk(project: string): string[] {
  const inFolder = (folder: string) => {
    const found = lstatSync(join(project, folder), { throwIfNoEntry: false });
    return found?.isDirectory() ? readdirSync(join(project, folder)).map((name) => `${folder}/${name}`) : [];
  };
  const paths = [...inFolder('datasets'), ...inFolder('remotes'), ...inFolder('models').flatMap(inFolder)];
  return paths.filter((path) => trackedPath(path) !== undefined).sort();
}

/** The text of a plain file; undefined where there is none: a link would lead to what is no part of the project. */
export function textOnDisk(project: string, path: string): string | undefined {
  const place = join(project, path);
  const found = lstatSync(place, { throwIfNoEntry: false });
  if (!found?.isFile()) return undefined;
  if (found.size > mostFileBytes) throw refused(path, `it is larger than ${mostFileBytes / 1e6} MB`);
  const bytes = readFileSync(place);
  const text = bytes.toString('utf8');
  if (!Buffer.from(text).equals(bytes)) throw refused(path, 'it is no text in UTF-8');
  return text;
}

function refused(path: string, reason: string): GalleyError {
  return new GalleyError('project.git_refused', `${path} cannot go into Git: ${reason}.`, { details: { path } });
}
