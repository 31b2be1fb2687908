import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { builtServerFolder, productFolder } from '../../../base/entry.ts';
import type { ExportFile } from '../exporter.ts';
import { serverLibraries } from './server-package.ts';

/** The prediction server with all that it loads, for Linux on both processors, in a folder of a package. */
export async function serverFiles(folder: string): Promise<ExportFile[]> {
  return [...(await ownFiles()), ...Object.keys(serverLibraries).flatMap(libraryFiles)].map((file) => ({
    ...file,
    path: `${folder}/${file.path}`,
  }));
}

/** Versions of the libraries, by name. */
export function libraryVersions(): Record<string, string> {
  const versions = Object.keys(serverLibraries).map((name) => {
    const file = readFileSync(join(libraryFolder(name), 'package.json'), 'utf8');
    return [name, (JSON.parse(file) as { version: string }).version];
  });
  return Object.fromEntries(versions);
}

/** The prediction server without the libraries that it needs. */
export async function ownFiles(): Promise<ExportFile[]> {
  const built = builtServerFolder();
  if (built === null) return (await import('./plain-server.ts')).plainServer(productFolder());
  return filesIn(built).map((path) => ({ path, content: { copyOf: join(built, path) } }));
}

function libraryFiles(name: string): ExportFile[] {
  const folder = libraryFolder(name);
  return filesIn(folder)
    .filter((path) => serverLibraries[name]?.test(path))
    .map((path) => ({ path: `node_modules/${name}/${path}`, content: { copyOf: join(folder, path) } }));
}

function libraryFolder(name: string): string {
  const places = createRequire(import.meta.url).resolve.paths(name) ?? [];
  const folder = places.map((place) => join(place, name)).find((path) => existsSync(join(path, 'package.json')));
  if (folder === undefined) throw new Error(`This installation lacks the package ${name}.`);
  return folder;
}

/** Paths with slashes from the folder, in alphabetical order. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}
