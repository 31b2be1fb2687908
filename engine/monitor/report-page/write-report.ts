import { createHash } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { makeFolderDurably, writeFileDurably } from '../../base/durable-files.ts';
import { GalleyError } from '../../base/errors.ts';
import type { OutputOf } from '../../contract/call.ts';
import type { reportFileCall } from '../../contract/monitor-report-file.ts';

/** Puts a report in its place as a whole or not at all. @throws GalleyError `monitor.not_writable` */
export function writeReport(path: string, content: string): OutputOf<typeof reportFileCall> {
  const target = resolve(path);
  try {
    makeFolderDurably(dirname(target));
    writeFileDurably(target, content);
  } catch (cause) {
    const left = `${target}.${process.pid}.tmp`;
    if (existsSync(left)) rmSync(left);
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = code === 'EISDIR' ? 'it is a folder' : message;
    throw new GalleyError('monitor.not_writable', `${target} cannot be written: ${reason}.`, {
      details: { path: target },
      cause,
    });
  }
  return {
    path: target,
    bytes: Buffer.byteLength(content),
    sha256: createHash('sha256').update(content).digest('hex'),
  };
}
