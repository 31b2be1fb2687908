import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Job } from '../../engine/contract/jobs.ts';
import { dataProject } from '../support/data-project.ts';
import { temporaryFolder } from '../support/temporary.ts';

function fileOf(text: string): string {
  const path = join(temporaryFolder(), 'rows.csv');
  writeFileSync(path, text);
  return path;
}

test('an import runs in a job process, tells how far it is, and leaves nothing in the staging folder', async () => {
  const { context, data } = dataProject('processes');
  const rows = Array.from({ length: 200_000 }, (_, index) => `${index},${index / 7},text ${index}`);
  const phases = new Set<string>();
  const stop = context.events.listen((event) => {
    if (event.type === 'job.changed' && event.job.progress) phases.add(event.job.progress.phase);
  });
  const job = await data.handlers.add({ name: 'large', files: [fileOf(['a,b,c', ...rows].join('\n'))] });
  expect(await context.jobs.result(job.id)).toMatchObject({ version: 1, rows: 200_000, unchanged: false });
  stop();
  expect([...phases]).toContain('reading');
  expect(readdirSync(join(context.project.path, 'run', 'jobs'))).toEqual([]);
  expect(await context.blobs.verify()).toMatchObject({ blobs: 1, problems: [] });
});

test('a canceled import leaves no version and no blob', async () => {
  const { context, data } = dataProject('processes');
  const rows = Array.from({ length: 400_000 }, (_, index) => `${index},${index / 7},text ${index}`);
  const job = await data.handlers.add({ name: 'large', files: [fileOf(['a,b,c', ...rows].join('\n'))] });
  context.jobs.cancel(job.id);
  const ended: Job = await context.jobs.settled(job.id);
  expect(ended.state).toBe('canceled');
  expect((await data.handlers.list({})).datasets).toEqual([]);
  expect(readdirSync(join(context.project.path, 'blobs'))).toEqual([]);
});
