import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ExportFile } from '../../engine/package/exports/exporter.ts';

/** Puts what an exporter gives into a folder. */
export function writeExportFiles(folder: string, files: readonly ExportFile[]): void {
  for (const { path, content } of files) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    if (typeof content === 'string' || content instanceof Uint8Array) writeFileSync(target, content);
    else copyFileSync(content.copyOf, target);
  }
}
