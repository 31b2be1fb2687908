import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { gunzipSync } from 'node:zlib';

const blockSize = 512;

/**
 * Unpacks a registry tarball (ustar with pax or GNU long names) without any tool of the system.
 * @param {Buffer} archive gzip of a tar whose files lie under one top folder (`package/`), which is left out
 * @param {string} folder where the files go
 * @param {(path: string) => string | undefined} [place] path inside `folder` for a file of the archive, undefined to
 *   leave it out
 * @returns {number} files written
 */
export function untar(archive, folder, place = (path) => path) {
  const tar = gunzipSync(archive);
  let written = 0;
  let longName = '';
  for (let offset = 0; offset + blockSize <= tar.length && tar[offset] !== 0; ) {
    const header = tar.subarray(offset, offset + blockSize);
    const size = Number.parseInt(text(header, 124, 12), 8) || 0;
    const body = tar.subarray(offset + blockSize, offset + blockSize + size);
    const type = text(header, 156, 1) || '0';
    offset += blockSize + Math.ceil(size / blockSize) * blockSize;
    if (type === 'x') longName = paxPath(body) || longName;
    else if (type === 'L') longName = text(body, 0, size);
    if (type !== '0') continue;
    const name = longName || [text(header, 345, 155), text(header, 0, 100)].filter(Boolean).join('/');
    longName = '';
    const path = place(name.split('/').slice(1).join('/'));
    if (path === undefined) continue;
    writeInside(folder, path, body, Number.parseInt(text(header, 100, 8), 8));
    written += 1;
  }
  return written;
}

/** @param {Buffer} block @param {number} start @param {number} length */
function text(block, start, length) {
  const field = block.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? field.length : end).trim();
}

/** The `path` record of a pax header (`<length> <key>=<value>\n`). @param {Buffer} body */
function paxPath(body) {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(body.toString('utf8'))?.[1];
}

/** @param {string} folder @param {string} path @param {Buffer} body @param {number} mode */
function writeInside(folder, path, body, mode) {
  const target = join(folder, path);
  if (!target.startsWith(folder + sep)) throw new Error(`The archive holds a file outside its folder: ${path}`);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, body, { mode: mode & 0o111 ? 0o755 : 0o644 });
}
