import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../engine/base/clock.ts';
import { GalleyError } from '../../engine/base/errors.ts';
import { idSource } from '../../engine/base/ids.ts';
import type { SequencedEvent } from '../../engine/contract/events.ts';
import type { Job } from '../../engine/contract/jobs.ts';
import { EventLog } from '../../engine/jobs/event-log.ts';
import { JobQueue } from '../../engine/jobs/job-queue.ts';
import { Database } from '../../engine/store/database.ts';
import { temporaryFolder } from '../support/temporary.ts';

function openQueue(graceMilliseconds = 5000) {
  const folder = temporaryFolder();
  const database = new Database(join(folder, 'galley.db'));
  database.migrate();
  const events = new EventLog(0);
  const options = { database, events, clock: systemClock, newId: idSource(), runFolder: join(folder, 'run') };
  const entry = new URL('./job-entry.ts', import.meta.url);
  const queue = new JobQueue({ ...options, entry, graceMilliseconds, concurrency: 2 });
  onTestFinished(() => queue.close());
  return { queue, events, folder, database };
}

const work = (kind: string, input: unknown) => ({ kind, title: kind, input, commit: () => 'done' });

/** The job once its process works. */
function running(events: EventLog, id: string): Promise<void> {
  return new Promise((resolve) => {
    events.listen((event) => {
      if (event.type !== 'job.changed' || event.job.id !== id) return;
      if (event.job.progress && event.job.progress.phase !== 'starting') resolve();
    });
  });
}

test('a job writes to its staging folder, the engine commits, the folder goes', async () => {
  const { queue, events } = openQueue();
  const states: string[] = [];
  events.listen((event: SequencedEvent) => event.type === 'job.changed' && states.push(event.job.state));
  let staging = '';
  const job = queue.submit<{ file: string }, string>({
    ...work('test.write', { text: 'hello' }),
    commit: (output, stagingFolder) => {
      staging = stagingFolder;
      return readFileSync(join(stagingFolder, output.file), 'utf8');
    },
  });
  expect(await queue.result(job.id)).toBe('hello');
  expect(existsSync(staging)).toBe(false);
  expect([...new Set(states)]).toEqual(['queued', 'running', 'succeeded']);
});

test('an expected failure keeps its code; a process that dies takes nothing along', async () => {
  const { queue } = openQueue();
  const refused = queue.submit(work('test.refuse', {}));
  const dead = queue.submit(work('test.die', {}));
  const alive = queue.submit<{ file: string }, string>(work('test.write', { text: 'x' }));
  await expect(queue.result(refused.id)).rejects.toMatchObject({ code: 'store.invalid_name', details: { name: 'No' } });
  await expect(queue.result(dead.id)).rejects.toMatchObject({ code: 'job.process_died' });
  expect(await queue.result(alive.id)).toBe('done');
});

test('a secret reaches the job process and stands nowhere else', async () => {
  const { queue, database, folder } = openQueue();
  const job = queue.submit<number, number>({
    ...work('test.secretLength', {}),
    secrets: { password: 'correct horse battery' },
    commit: (length) => length,
  });
  expect(await queue.result(job.id)).toBe(21);
  database.close();
  for (const file of readdirSync(folder)) {
    if (statSync(join(folder, file)).isFile()) expect(readFileSync(join(folder, file)).includes('battery')).toBe(false);
  }
});

test('what cannot be committed fails, and is abandoned once', async () => {
  const { queue } = openQueue();
  const abandoned: string[] = [];
  const job = queue.submit({
    ...work('test.write', { text: 'x' }),
    commit: () => {
      throw Object.assign(new Error('no room'), { code: 'ENOSPC' });
    },
    abandon: (error) => abandoned.push(error.code),
  });
  await expect(queue.result(job.id)).rejects.toMatchObject({ code: 'store.disk_full', kind: 'unavailable' });
  expect(abandoned).toEqual(['store.disk_full']);
});

test.each([true, false])('a job is canceled, whether it listens (%s) or has to be ended', async (politely) => {
  const { queue, events } = openQueue(politely ? 5000 : 50);
  const job = queue.submit(work('test.wait', { politely }));
  await running(events, job.id);
  queue.cancel(job.id);
  expect(await queue.settled(job.id)).toMatchObject({ state: 'canceled', error: { code: 'job.canceled' } });
});

test('a job that waits for its turn is canceled at once', async () => {
  const { queue } = openQueue();
  const jobs = [0, 1, 2].map(() => queue.submit(work('test.wait', { politely: true })));
  const last = jobs[2] as Job;
  queue.cancel(last.id);
  expect(await queue.settled(last.id)).toMatchObject({ state: 'canceled' });
});

test('directing work runs in the engine and is canceled by its signal', async () => {
  const { queue } = openQueue();
  const job = queue.direct({
    kind: 'test.direct',
    title: 'direct',
    input: {},
    run: ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  });
  queue.cancel(job.id);
  expect(await queue.settled(job.id)).toMatchObject({ state: 'canceled' });
});

test('a job whose end cannot be written down still ends, as failed', async () => {
  const { queue, database } = openQueue();
  const job = queue.direct({
    kind: 'test.direct',
    title: 'direct',
    input: {},
    run: async () => {
      await Promise.resolve();
      vi.spyOn(database, 'run').mockImplementation(() => {
        throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
      });
    },
  });
  expect(await queue.settled(job.id)).toMatchObject({ state: 'failed', error: { code: 'store.disk_full' } });
  expect(queue.busy).toBe(false);
});

test('after a crash, unfinished jobs are interrupted, never run again', async () => {
  const folder = temporaryFolder();
  const database = new Database(join(folder, 'galley.db'));
  database.migrate();
  database.run(
    "INSERT INTO jobs (id, kind, title, state, input, created_at) VALUES ('job_1', 'data.import', 'add', 'running', '{}', 0)",
  );
  const queue = new JobQueue({
    database,
    events: new EventLog(0),
    clock: systemClock,
    newId: idSource(),
    runFolder: join(folder, 'run'),
  });
  expect(queue.recover()).toBe(1);
  expect(queue.get('job_1')).toMatchObject({ state: 'interrupted', error: { code: 'job.interrupted' } });
  expect(queue.busy).toBe(false);
});

test('a job hands over reports in order while it goes on, and is told things', async () => {
  const { queue } = openQueue();
  const reports: unknown[] = [];
  const job = queue.submit({
    ...work('test.converse', null),
    onReport(report, jobId) {
      reports.push(report);
      if ('question' in (report as object)) {
        queue.tell(jobId, 'two');
        queue.tell(jobId, 'enough');
      }
    },
  });
  expect(await queue.result(job.id)).toBe('done');
  expect(reports).toEqual([{ question: 'how many?' }, { heard: 'two' }, { heard: 'enough' }]);
});

test('a job that waits or only starts hears later what it is told', async () => {
  const { queue } = openQueue();
  const busy = [0, 1].map(() => queue.submit(work('test.wait', { politely: true })));
  const heard: unknown[] = [];
  const job = queue.submit({ ...work('test.converse', null), onReport: (report) => heard.push(report) });
  queue.tell(job.id, 'early');
  for (const { id } of busy) queue.cancel(id);
  queue.tell(job.id, 'enough');
  expect(await queue.result(job.id)).toBe('done');
  expect(heard).toEqual([{ question: 'how many?' }, { heard: 'early' }, { heard: 'enough' }]);
});

test('a job tells that it starts before its process does', async () => {
  const { queue, events } = openQueue();
  const phases: unknown[] = [];
  events.listen((event) => event.type === 'job.changed' && phases.push(event.job.progress?.phase));
  const job = queue.submit(work('test.write', { text: 'x' }));
  expect(phases.at(-1)).toBe('starting');
  await queue.result(job.id);
});

test('a loop that lets no message in is canceled too, long before it would be killed', async () => {
  const { queue, events, folder } = openQueue(60_000);
  const job = queue.submit(work('test.spin', null));
  await running(events, job.id);
  queue.cancel(job.id);
  expect(await queue.settled(job.id)).toMatchObject({ state: 'canceled', error: { code: 'job.canceled' } });
  expect(readdirSync(join(folder, 'run', 'jobs'))).toEqual([]);
});

test('a report that cannot be kept fails the job', async () => {
  const { queue } = openQueue();
  const job = queue.submit({
    ...work('test.converse', null),
    onReport() {
      throw new Error('the disk is full');
    },
  });
  await expect(queue.result(job.id)).rejects.toMatchObject({ kind: 'internal' });
});

test('an aside answers, is no job, and leaves nothing', async () => {
  const { queue, folder } = openQueue();
  expect(await queue.aside({ kind: 'test.write', input: { text: 'x' } })).toEqual({ file: 'out.txt' });
  await expect(queue.aside({ kind: 'test.refuse', input: {} })).rejects.toMatchObject({ code: 'store.invalid_name' });
  await expect(queue.aside({ kind: 'test.die', input: {} })).rejects.toMatchObject({ code: 'job.process_died' });
  expect(queue.list()).toEqual([]);
  expect(readdirSync(join(folder, 'run', 'jobs'))).toEqual([]);
});

test('an aside whose process stands still ends with its limit, its caller or the queue', async () => {
  const { queue } = openQueue();
  const stuck = { kind: 'test.block', input: null };
  const late = () => new GalleyError('data.slow_preview', 'Too slow.');
  await expect(queue.aside({ ...stuck, limit: { milliseconds: 300, error: late } })).rejects.toThrow('Too slow.');
  await expect(queue.aside({ ...stuck, signal: AbortSignal.timeout(300) })).rejects.toMatchObject({
    code: 'call.canceled',
  });
  const last = expect(queue.aside(stuck)).rejects.toMatchObject({ code: 'call.canceled' });
  await queue.close();
  await last;
  await expect(queue.aside(stuck)).rejects.toMatchObject({ code: 'call.canceled' });
});
