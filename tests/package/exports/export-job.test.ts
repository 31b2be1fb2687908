import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { JobContext } from '../../../engine/jobs/job-process.ts';
import { runExportJob } from '../../../engine/package/exports/export-job.ts';
import { changeByte } from '../../support/change-byte.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { ridersSource } from './riders-source.ts';

test.each(['golden.json', 'manifest.json'])('a version whose %s has changed is not handed over', async (name) => {
  const source = ridersSource();
  const to = join(temporaryFolder(), 'export');
  const context = { stagingFolder: temporaryFolder(), progress: () => {}, throwIfCanceled: () => {} };
  const run = (files: typeof source.files) =>
    runExportJob({ source: { ...source, files }, format: 'card', to, zip: false }, context as unknown as JobContext);
  const path = join(temporaryFolder(), name);
  const files = source.files.map((file) => (file.name === name ? { ...file, path } : file));
  copyFileSync(source.files.find((file) => file.name === name)?.path as string, path);
  const whole = readFileSync(path);
  changeByte(path);
  expect(readFileSync(path).equals(whole)).toBe(false);
  await expect(run(files)).rejects.toMatchObject({ code: 'store.damaged_blob', details: { file: name, path } });
  expect(existsSync(to)).toBe(false);
  expect((await run(source.files)).length).toBeGreaterThan(1);
});
