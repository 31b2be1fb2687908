import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { GalleyError } from '../../base/errors.ts';
import type { Problem } from '../../contract/values.ts';
import { globTest } from './glob-pattern.ts';

/** Files that one dataset's version may be made of at once. */
const mostFiles = 10_000;
/** Folders and files that are looked at for them. */
const mostEntries = 500_000;
const magic = /[*?[\]{}]/;
/** What a folder is taken for where no pattern is given; what each file is, its bytes say. */
export const tableFiles = /\.(csv|tsv|txt|parquet|json|jsonl|ndjson|xlsx|xlsm|arrow|arrows|feather)(\.(gz|zst))?$/i;

export interface SelectedFile {
  path: string;
  /** As lineage names it: within a folder its path from there, with `/`. */
  name: string;
}

export interface Selection {
  files: SelectedFile[];
  warnings: Problem[];
}

interface Walk {
  root: string;
  realRoot: string;
  /** True for the path of a file from the root, with `/`. */
  isWanted(path: string): boolean;
  found: SelectedFile[];
  outside: string[];
  entries: number;
}

async function isInside(walk: Walk, path: string): Promise<boolean> {
  const target = await realpath(path).catch(() => undefined);
  return target?.startsWith(walk.realRoot + sep) === true && (await stat(target)).isFile();
}

async function visit(walk: Walk, folder: string, entry: Dirent): Promise<void> {
  if (entry.name.startsWith('.')) return;
  const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
  const absolute = join(walk.root, path);
  if (entry.isDirectory()) {
    await visitFolder(walk, path);
    return;
  }
  if (!walk.isWanted(path)) return;
  if (entry.isSymbolicLink() && !(await isInside(walk, absolute))) {
    walk.outside.push(path);
    return;
  }
  if (!entry.isFile() && !entry.isSymbolicLink()) return;
  walk.found.push({ path: absolute, name: path });
}

async function visitFolder(walk: Walk, folder: string): Promise<void> {
  for (const entry of await readdir(join(walk.root, folder), { withFileTypes: true })) {
    walk.entries++;
    if (walk.entries > mostEntries || walk.found.length > mostFiles) {
      throw new GalleyError(
        'data.too_many_files',
        `${walk.root} holds more files than Galley takes at once (${mostFiles}).`,
        { details: { folder: walk.root, limit: mostFiles } },
      );
    }
    await visit(walk, folder, entry);
  }
}

/** Names in the order of their characters, folder by folder, whatever the language of the machine. */
function inOrder(files: SelectedFile[]): SelectedFile[] {
  const segments = new Map(files.map((file) => [file, file.name.split('/')]));
  return files.sort((left, right) => {
    const one = segments.get(left) as string[];
    const other = segments.get(right) as string[];
    const place = one.findIndex((segment, index) => segment !== other[index]);
    if (place < 0) return one.length - other.length;
    return (one[place] as string) < (other[place] ?? '') ? -1 : 1;
  });
}

async function filesIn(root: string, isWanted: Walk['isWanted'], wanted: string): Promise<Selection> {
  const walk: Walk = { root, realRoot: await realpath(root), isWanted, found: [], outside: [], entries: 0 };
  await visitFolder(walk, '');
  const left = walk.outside.length;
  const warnings: Problem[] =
    left === 0
      ? []
      : [
          {
            code: 'data.link_left_out',
            message: `${left === 1 ? 'A link leads' : `${left} links lead`} out of ${root} and ${left === 1 ? 'was' : 'were'} left out: ${walk.outside.slice(0, 5).join(', ')}${left > 5 ? ', …' : ''}.`,
          },
        ];
  if (walk.found.length === 0) {
    throw new GalleyError('data.nothing_matched', `No file in ${root} matches ${wanted}.`, {
      details: { folder: root, pattern: wanted, looked: walk.entries, leftOut: walk.outside.slice(0, 20) },
    });
  }
  return { files: inOrder(walk.found), warnings };
}

/** The folder before the first part of a pattern that has a wildcard, and the pattern from there. */
function splitPattern(pattern: string): { root: string; rest: string } {
  const parts = pattern.split(/[\\/]/);
  const first = parts.findIndex((part) => magic.test(part));
  return { root: parts.slice(0, first).join(sep) || sep, rest: parts.slice(first).join('/') };
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'nothing'> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined ? 'nothing' : found.isDirectory() ? 'folder' : 'file';
}

async function selectOne(path: string, glob: string | undefined): Promise<Selection> {
  const kind = await kindOf(path);
  if (kind === 'file') return { files: [{ path, name: basename(path) }], warnings: [] };
  if (kind === 'folder') {
    return glob === undefined
      ? filesIn(path, (name) => tableFiles.test(name) && !name.includes('/'), 'a kind of table that Galley reads')
      : filesIn(path, globTest(glob), glob);
  }
  const { root, rest } = splitPattern(path);
  if (!magic.test(path) || (await kindOf(root)) !== 'folder') {
    throw new GalleyError('data.file_not_found', `There is no file ${path}.`, { details: { path } });
  }
  return filesIn(root, globTest(rest), rest);
}

/**
 * The files that paths, folders and patterns such as `data/*.csv` stand for, each once. What is hidden (its name begins with
 * a dot) is left out, and so are links that lead out of the folder; links to folders are not followed. A name that is
 * there is taken as it is, also where it looks like a pattern.
 * @param glob which files of folders are taken, such as `*.csv` or, with the folders in them, two stars, a slash and `*.csv`; without it the tables directly in them
 * @throws GalleyError `data.file_not_found`, `data.nothing_matched`, `data.invalid_pattern`, `data.too_many_files`
 */
export async function selectFiles(paths: readonly string[], glob?: string): Promise<Selection> {
  const files = new Map<string, SelectedFile>();
  const warnings: Problem[] = [];
  for (const path of paths) {
    const selection = await selectOne(path, glob);
    for (const file of selection.files) if (!files.has(file.path)) files.set(file.path, file);
    warnings.push(...selection.warnings);
  }
  return { files: [...files.values()], warnings };
}
