import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { builtEngineFolder, builtPackageFolder, productFolder, resourceFolder } from '../../../base/entry.ts';
import { GalleyError } from '../../../base/errors.ts';
import { type ExportFile, filesIn, predictionServerFiles } from '../../../package/index.ts';
import { enginePackage } from './engine-package.ts';

type PackedFile = Pick<ExportFile, 'path' | 'content'>;

/** Resources that a container has a use for. */
const neededResource = /^(?:adopt\.py$|exports\/|samples\/samples\.json$)/;

/**
 * This Galley as npm packs a package: the engine, the prediction server, templates, and the names and hashes of the libraries
 * that npm fetches. The same files make the same bytes.
 * @throws GalleyError `retrain.engine_not_built` in a checkout that was never built
 */
export async function galleyArchive(): Promise<Uint8Array> {
  const archive = pack();
  const written = buffer(archive.pipe(createGzip({ level: 9 })));
  for (const { path, content } of await packedFiles())
    archive.entry({ name: `package/${path}`, mode: 0o644, mtime: new Date(0) }, await bytesOf(content));
  archive.finalize();
  return written;
}

async function packedFiles(): Promise<PackedFile[]> {
  const engine = builtEngineFolder();
  if (!existsSync(join(engine, 'cli.js')))
    throw new GalleyError('retrain.engine_not_built', `${engine} has no bundled engine to put into the container.`, {
      details: { path: engine },
    });
  return [
    ...packageFiles(),
    ...copies(engine, 'dist/engine'),
    ...(await predictionServerFiles()).map((file) => ({ ...file, path: `dist/server/${file.path}` })),
    ...copies(resourceFolder(), 'resources').filter(({ path }) => neededResource.test(path.slice('resources/'.length))),
  ];
}

function packageFiles(): PackedFile[] {
  const built = builtPackageFolder();
  return built === null
    ? enginePackage(productFolder())
    : copies(built, '.').map(({ path, content }) => ({ path: path.slice(2), content }));
}

function copies(folder: string, to: string): PackedFile[] {
  return filesIn(folder).map((path) => ({ path: `${to}/${path}`, content: { copyOf: join(folder, path) } }));
}

async function bytesOf(content: ExportFile['content']): Promise<Buffer> {
  if (typeof content === 'object' && 'copyOf' in content) return readFile(content.copyOf);
  return Buffer.from(content as string);
}
