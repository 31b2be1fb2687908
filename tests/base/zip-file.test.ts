import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { openPromise } from 'yauzl';
import { writeZip, type ZipEntry } from '../../engine/base/zip-file.ts';
import { needsProgram } from '../support/needs.ts';
import { temporaryFolder } from '../support/temporary.ts';

const at = Date.UTC(2026, 1, 28, 23, 59, 58);
const entries: ZipEntry[] = [
  { name: 'riders/README.md', content: Buffer.from('words\n'.repeat(1000)), executable: false },
  { name: 'riders/übung/run', content: Buffer.from('#!/bin/sh\n'), executable: true },
  { name: 'riders/empty', content: Buffer.alloc(0), executable: false },
];

function archive(): string {
  const path = join(temporaryFolder(), 'riders.zip');
  writeZip(path, entries, at);
  return path;
}

test('another reader finds every file with its name, bytes, time and mode', async () => {
  const zip = await openPromise(archive());
  const found = [];
  for await (const entry of zip.eachEntry()) {
    const content = await buffer(await zip.openReadStreamPromise(entry));
    const mode = (entry.externalFileAttributes >>> 16) & 0o777;
    const name = entry.fileName;
    expect(entry.getLastModDate({ timezone: 'UTC' }).getTime()).toBe(at);
    found.push({ name, content, executable: mode === 0o755 });
  }
  expect(found).toEqual(entries);
  expect(readFileSync(archive()).length).toBeLessThan(1000);
});

test('the same files give the same bytes', () => {
  expect(readFileSync(archive())).toEqual(readFileSync(archive()));
});

test('unzip finds no fault', (context) => {
  needsProgram(context, 'unzip');
  expect(execFileSync('unzip', ['-t', archive()], { encoding: 'utf8' })).toContain('No errors detected');
});
