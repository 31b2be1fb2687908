import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../engine/base/clock.ts';
import { GalleyError, reportError } from '../../engine/base/errors.ts';
import type { WatchedFolder } from '../../engine/contract/deploy-watches.ts';
import type { Job } from '../../engine/contract/jobs.ts';
import { fileGroups } from '../../engine/deploy/watch/file-groups.ts';
import { retryWait } from '../../engine/deploy/watch/retries.ts';
import { WatchStore } from '../../engine/deploy/watch/watch-store.ts';
import { openDuck, parquetTable, sqlText } from '../../engine/store/duck.ts';
import { Trust } from '../../engine/store/trust.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { type OpenDeploy, openDeploy, quickBackOff } from './open-deploy.ts';

const watchTimes = { tick: 10, poll: 40, settle: 60, retry: 150, forget: 150 };

/** An engine whose deploy phase has started, and a folder to be watched. */
async function watching({
  path = temporaryFolder(),
  folder = join(temporaryFolder(), 'inbox'),
  clock = systemClock,
} = {}) {
  mkdirSync(folder, { recursive: true });
  const open = openDeploy(path, { backOff: quickBackOff, watchTimes }, undefined, clock);
  await open.deploy.start?.();
  const watch = (reference = 'riders@1') => open.deploy.handlers.watch({ reference, folder });
  const state = async () => (await open.deploy.handlers.watches({})).watches[0] as WatchedFolder;
  return { ...open, path, folder, watch, state, ...folderTools(folder, open) };
}

function folderTools(folder: string, { context }: Pick<OpenDeploy, 'context'>) {
  const at = (file: string) => join(folder, file);
  const drop = (file: string, temperature: number | string = 20) => writeFileSync(at(file), riders(temperature));
  const content = (file: string) => (existsSync(at(file)) ? readFileSync(at(file), 'utf8') : undefined);
  /** The answer to the only row of a file of predictions. */
  const answer = (file: string) => content(file)?.trim().split('\n')[1]?.split(',').at(-1);
  const jobs = () => context.jobs.list().filter(({ kind }: Job) => kind === 'deploy.predictFiles');
  return { at, drop, content, answer, jobs };
}

/** The processes that this one has started and that run jobs. */
function jobProcesses(): number[] {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8');
  return children
    .split(' ')
    .filter((pid) => pid !== '' && readFileSync(`/proc/${pid}/cmdline`, 'utf8').match(/engine\/job\.[jt]s/))
    .map(Number);
}

/** One row for riders: version 1 answers 2 * temperature + 97, version 2 answers otherwise. */
function riders(temperature: number | string): string {
  return `temperature,rain,holiday,line,day\n${temperature},1,false,red,2004-02-29\n`;
}

test('each file gets its predictions beside it, those that were there before, too', async () => {
  const { watch, drop, answer, state, folder, jobs } = await watching();
  drop('before.csv', 20);
  expect(await watch()).toMatchObject({ watch: { name: 'inbox', folder, reference: 'riders@1', scored: 0 } });
  await expect.poll(() => answer('before.predictions.csv')).toBe('137.0');
  drop('after.CSV', 10);
  await expect.poll(() => answer('after.predictions.CSV')).toBe('117.0');
  await expect.poll(state).toMatchObject({
    state: 'watching',
    scored: 2,
    failed: 0,
    lastFile: { file: 'after.CSV', version: 1, rows: 1 },
    lastError: null,
  });
  expect(jobs()).toHaveLength(2);
});

test('Parquet is answered in Parquet', async () => {
  const { watch, drop, at, folder } = await watching();
  drop('rows.csv');
  const duck = await openDuck({ allowed: [folder], temporaryFolder: temporaryFolder() });
  const connection = await duck.connect();
  onTestFinished(() => {
    connection.closeSync();
    duck.closeSync();
  });
  await connection.run(`COPY (FROM ${sqlText(at('rows.csv'))}) TO ${sqlText(at('rows.parquet'))} (FORMAT parquet)`);
  rmSync(at('rows.csv'));
  await watch();
  await expect.poll(() => existsSync(at('rows.predictions.parquet'))).toBe(true);
  const answers = await connection.runAndReadAll(
    `SELECT temperature, prediction FROM ${parquetTable([at('rows.predictions.parquet')])}`,
  );
  expect(answers.getRows()).toEqual([[20n, 137]]);
});

test('predictions, hidden and temporary files, folders and other formats are left alone', async () => {
  const { watch, drop, at, answer, folder, jobs, state } = await watching();
  for (const name of ['.hidden.csv', '~$open.csv', 'old.predictions.csv', 'notes.txt', 'half.csv.part']) drop(name);
  mkdirSync(at('folder.csv'));
  await watch();
  drop('real.csv');
  await expect.poll(() => answer('real.predictions.csv')).toBe('137.0');
  await expect.poll(state).toMatchObject({ state: 'watching', scored: 1 });
  expect(jobs()).toHaveLength(1);
  expect(
    readdirSync(folder)
      .filter((name) => /predictions/.test(name))
      .sort(),
  ).toEqual(['old.predictions.csv', 'real.predictions.csv']);
});

test('a file is not scored while it grows', async () => {
  let time = 0;
  const clock = { now: () => Date.now(), monotonic: () => time };
  const { watch, drop, at, answer, content, jobs, state } = await watching({ clock });
  drop('grows.csv');
  drop('whole.csv');
  await watch();
  await expect.poll(state).toMatchObject({ state: 'settling', scored: 0 });
  time += watchTimes.settle;
  appendFileSync(at('grows.csv'), '10,1,false,red,2004-02-29\n');
  await expect.poll(() => answer('whole.predictions.csv')).toBe('137.0');
  await expect.poll(state).toMatchObject({ state: 'settling', scored: 1 });
  expect(jobs()).toHaveLength(1);
  time += watchTimes.settle;
  await expect.poll(() => content('grows.predictions.csv')?.trim().split('\n').length).toBe(3);
  expect(jobs()).toHaveLength(2);
});

test('a changed file is scored again, one that was only touched is not', async () => {
  const { watch, drop, at, answer, state, content } = await watching();
  await watch();
  drop('one.csv', 20);
  await expect.poll(() => answer('one.predictions.csv')).toBe('137.0');
  await expect.poll(state).toMatchObject({ state: 'watching', scored: 1 });
  const written = () => statSync(at('one.predictions.csv')).mtimeMs;
  const first = written();
  utimesSync(at('one.csv'), new Date(0), new Date(0));
  drop('two.csv', 10);
  await expect.poll(() => answer('two.predictions.csv')).toBe('117.0');
  await expect.poll(state).toMatchObject({ state: 'watching', lastFile: { file: 'two.csv' } });
  expect(written()).toBe(first);
  drop('one.csv', 30);
  await expect.poll(() => answer('one.predictions.csv')).toBe('157.0');
  await expect.poll(async () => (await state()).scored).toBe(2);
  expect(content('one.predictions.error.txt')).toBeUndefined();
});

test('a file that fails says why beside it, until it succeeds or is gone', async () => {
  const { watch, drop, at, answer, content, state } = await watching();
  await watch();
  drop('bad.csv', 'warm');
  writeFileSync(at('gone.csv'), 'other\n1\n');
  await expect.poll(state).toMatchObject({ state: 'watching', scored: 0, failed: 2 });
  const said = content('bad.predictions.error.txt');
  expect(said).toMatch(/^bad\.csv: .*warm/);
  expect(said).toContain('Correct the row; nothing was written.');
  expect(content('gone.predictions.error.txt')).toContain('lacks what the model cannot do without');
  expect(existsSync(at('bad.predictions.csv'))).toBe(false);
  expect((await state()).lastError).toMatchObject({ code: expect.stringMatching(/^deploy\./) });
  drop('bad.csv', 20);
  rmSync(at('gone.csv'));
  await expect.poll(() => answer('bad.predictions.csv')).toBe('137.0');
  await expect.poll(state).toMatchObject({ scored: 1, failed: 0, lastError: null });
  expect(content('bad.predictions.error.txt')).toBeUndefined();
  expect(content('gone.predictions.error.txt')).toBeUndefined();
});

test('a CSV and a Parquet file of one name share the file for what is wrong with them', async () => {
  const { watch, drop, at, content, state } = await watching();
  drop('day.csv', 'warm');
  writeFileSync(at('day.parquet'), 'no Parquet');
  await watch();
  await expect.poll(state).toMatchObject({ failed: 2 });
  const failed = () =>
    content('day.predictions.error.txt')
      ?.match(/^day\.\w+(?=: )/gm)
      ?.sort();
  await expect.poll(failed).toEqual(['day.csv', 'day.parquet']);
  drop('day.csv', 20);
  await expect.poll(state).toMatchObject({ scored: 1, failed: 1 });
  await expect.poll(failed).toEqual(['day.parquet']);
});

test('what is written down of a file reads the records of files of its name alone', async () => {
  const { watch, drop, content } = await watching();
  const all = vi.spyOn(WatchStore.prototype, 'failures');
  const beside = vi.spyOn(WatchStore.prototype, 'failuresBeside');
  onTestFinished(() => void vi.restoreAllMocks());
  for (const name of ['day.csv', 'day.2.csv', 'day-2.csv', 'days.csv', 'good.csv'])
    drop(name, name === 'good.csv' ? 20 : 'warm');
  await watch();
  await expect.poll(() => content('days.predictions.error.txt')).toContain('days.csv: ');
  expect(content('day.predictions.error.txt')).toMatch(/^day\.csv: /);
  expect(content('day.predictions.error.txt')).not.toContain('day.2.csv');
  expect(content('day.2.predictions.error.txt')).toMatch(/^day\.2\.csv: /);
  const read = beside.mock.results.map(({ value }) => value.map(({ file }: { file: string }) => file));
  expect(read).toEqual([['day-2.csv'], ['day.2.csv'], ['day.csv', 'day.2.csv'], ['days.csv']]);
  // The answer to the call that began the watch has it.
  expect(all).toHaveBeenCalledTimes(1);
});

test('a failure that lies outside the file is tried again by itself', async () => {
  const { watch, drop, at, answer, content, state } = await watching();
  mkdirSync(at('blocked.predictions.csv'));
  await watch();
  drop('blocked.csv');
  await expect.poll(state).toMatchObject({ failed: 1, lastError: { code: 'deploy.not_writable' } });
  expect(content('blocked.predictions.error.txt')).toContain('blocked.csv: ');
  rmSync(at('blocked.predictions.csv'), { recursive: true });
  await expect.poll(() => answer('blocked.predictions.csv')).toBe('137.0');
  await expect.poll(() => content('blocked.predictions.error.txt')).toBeUndefined();
});

test('a scoring whose process dies is tried again, and the other files are not held up', async () => {
  const { watch, drop, answer, state, jobs } = await watching();
  drop('first.csv');
  drop('second.csv', 10);
  await watch();
  await expect.poll(() => jobProcesses().length, { interval: 1 }).toBe(1);
  for (const pid of jobProcesses()) process.kill(pid, 'SIGKILL');
  await expect.poll(state).toMatchObject({ failed: 1, lastError: { file: 'first.csv', code: 'job.process_died' } });
  await expect.poll(() => answer('second.predictions.csv')).toBe('117.0');
  await expect.poll(() => answer('first.predictions.csv')).toBe('137.0');
  await expect.poll(state).toMatchObject({ scored: 2, failed: 0, lastError: null });
  expect(jobs().length).toBeLessThanOrEqual(3);
});

test('a scoring that is canceled has the file that it was at given up alone', async () => {
  const { watch, drop, answer, state, jobs, context } = await watching();
  drop('first.csv');
  drop('second.csv', 10);
  drop('third.csv', 30);
  await watch();
  await expect.poll(() => jobs().length, { interval: 1 }).toBe(1);
  context.jobs.cancel(jobs()[0]?.id as string);
  await expect.poll(state).toMatchObject({ failed: 1, lastError: { file: 'first.csv', code: 'job.canceled' } });
  await expect.poll(() => answer('second.predictions.csv')).toBe('117.0');
  await expect.poll(() => answer('third.predictions.csv')).toBe('157.0');
  await expect.poll(state).toMatchObject({ scored: 2, failed: 1, state: 'watching' });
  expect(jobs()).toHaveLength(2);
});

test('files that come together are scored by one job, and one that fails does not hold up the others', async () => {
  const { watch, drop, content, state, jobs } = await watching();
  for (let day = 0; day < 12; day++) drop(`day-${day}.csv`, day === 5 ? 'warm' : day);
  await watch();
  await expect.poll(state).toMatchObject({ state: 'watching', scored: 11, failed: 1 });
  expect(content('day-11.predictions.csv')).toContain('119.0');
  expect(content('day-5.predictions.error.txt')).toContain('day-5.csv: ');
  expect(jobs().map(({ title }) => title)).toEqual(['Score 12 files with riders@1']);
});

test('files are put together by watch, up to a number and a size', () => {
  const watch = (id: string) => ({ id, name: id, folder: '/', reference: 'riders', createdAt: 0 });
  const [one, other] = [watch('one'), watch('other')];
  const file = (bytes: number) => ({ file: 'x.csv', seen: '', bytes });
  const sizes = (ready: { watch: typeof one; file: ReturnType<typeof file> }[]) =>
    fileGroups(ready).map(({ watch: { id }, files }) => [id, files.length]);
  const small = (of: typeof one, count: number) => Array.from({ length: count }, () => ({ watch: of, file: file(9) }));
  const large = { watch: one, file: file(17_000_000) };
  expect(sizes([])).toEqual([]);
  expect(sizes([...small(one, 150), ...small(other, 2)])).toEqual([
    ['one', 100],
    ['one', 50],
    ['other', 2],
  ]);
  expect(sizes([...small(one, 2), large, ...small(one, 3)])).toEqual([
    ['one', 2],
    ['one', 1],
    ['one', 3],
  ]);
});

test('tries with what may pass become rarer; what may lie in the file has an end, what is wrong with it one try', () => {
  const waits = (error: GalleyError) => [1, 2, 5, 6, 20].map((failures) => retryWait(reportError(error), failures, 10));
  expect(waits(new GalleyError('store.disk_full', 'full'))).toEqual([10, 20, 160, 320, 640]);
  expect(waits(new GalleyError('job.process_died', 'died'))).toEqual([10, 20, 160, null, null]);
  const unreadable = (details: Record<string, unknown>, message = 'x') =>
    new GalleyError('deploy.unreadable_file', message, { details });
  expect(waits(unreadable({ systemCode: 'EACCES' }))).toEqual([10, 20, 160, null, null]);
  expect(waits(unreadable({}, 'day.csv cannot be read: IO Error: Could not read from file'))[0]).toBe(10);
  expect(waits(unreadable({}, 'day.csv cannot be read: Invalid Input Error'))[0]).toBeNull();
  expect(waits(new GalleyError('deploy.invalid_rows', 'Row 3 does not fit'))[0]).toBeNull();
  expect(waits(new GalleyError('job.canceled', 'stopped'))[0]).toBeNull();
});

test('a folder that goes away is told, and its files are scored when it is back', async () => {
  const { watch, drop, folder, answer, state, jobs } = await watching();
  await watch();
  drop('one.csv');
  await expect.poll(() => answer('one.predictions.csv')).toBe('137.0');
  renameSync(folder, `${folder}-away`);
  await expect.poll(state).toMatchObject({ state: 'failed', message: `The folder ${folder} is not there.`, scored: 1 });
  renameSync(`${folder}-away`, folder);
  drop('two.csv', 10);
  await expect.poll(() => answer('two.predictions.csv')).toBe('117.0');
  await expect.poll(state).toMatchObject({ state: 'watching', message: null, scored: 2 });
  expect(jobs()).toHaveLength(2);
});

test('an alias is looked up for each file; what was scored stays as it is', async () => {
  const { watch, drop, at, answer, models, state, jobs } = await watching();
  models.move('riders', 'live', 1);
  await watch('riders@live');
  drop('one.csv');
  await expect.poll(() => answer('one.predictions.csv')).toBe('137.0');
  models.move('riders', 'live', 2);
  drop('two.csv');
  await expect.poll(async () => (await state()).lastFile).toMatchObject({ file: 'two.csv', version: 2 });
  expect(answer('two.predictions.csv')).not.toBe('137.0');
  expect(answer('one.predictions.csv')).toBe('137.0');
  utimesSync(at('one.csv'), new Date(0), new Date(0));
  await expect.poll(() => answer('one.predictions.csv')).toBe(answer('two.predictions.csv'));
  await expect.poll(jobs).toHaveLength(3);
});

test('a folder that is watched already gets the new model', async () => {
  const { watch, drop, answer, state, deploy, jobs } = await watching();
  await watch('riders@1');
  drop('one.csv');
  await expect.poll(() => answer('one.predictions.csv')).toBe('137.0');
  await watch('riders@2');
  await expect.poll(async () => (await state()).lastFile).toMatchObject({ version: 2 });
  expect((await deploy.handlers.watches({})).watches).toMatchObject([{ name: 'inbox', reference: 'riders@2' }]);
  expect(jobs()).toHaveLength(2);
});

test('a folder that gets another model while a file of it is scored has that file scored by the new one', async () => {
  const { watch, drop, answer, state, context, jobs } = await watching();
  const result = context.jobs.result.bind(context.jobs);
  let isFirst = true;
  vi.spyOn(context.jobs, 'result').mockImplementation(async (id) => {
    const done = await result(id);
    if (isFirst) await watch('riders@2');
    isFirst = false;
    return done as never;
  });
  await watch('riders@1');
  drop('one.csv');
  await expect.poll(state).toMatchObject({ reference: 'riders@2', lastFile: { file: 'one.csv', version: 2 } });
  expect(answer('one.predictions.csv')).not.toBe('137.0');
  expect(jobs()).toHaveLength(2);
});

test('a file that comes again after it was taken away with its predictions gets them again', async () => {
  const { watch, drop, at, answer, state } = await watching();
  await watch();
  drop('day.csv');
  await expect.poll(state).toMatchObject({ scored: 1, state: 'watching' });
  for (const name of ['day.csv', 'day.predictions.csv']) rmSync(at(name));
  drop('day.csv');
  await expect.poll(() => answer('day.predictions.csv')).toBe('137.0');
});

test('a file that is gone is forgotten after a while, not at once', async () => {
  let time = 0;
  const clock = { now: () => Date.now(), monotonic: () => time };
  const { watch, drop, at, state, folder, context } = await watching({ clock });
  const looks = vi.spyOn(context.database, 'all');
  const looked = async () => {
    const before = looks.mock.calls.length;
    time += watchTimes.poll;
    await expect.poll(() => looks.mock.calls.length).toBeGreaterThan(before + 1);
  };
  await watch();
  drop('day.csv');
  await expect.poll(state).toMatchObject({ state: 'settling' });
  time += watchTimes.settle;
  await expect.poll(state).toMatchObject({ scored: 1, state: 'watching' });
  rmSync(at('day.csv'));
  await looked();
  await looked();
  expect(await state()).toMatchObject({ scored: 1 });
  time += watchTimes.forget;
  await expect.poll(state).toMatchObject({ scored: 0, lastFile: null });
  expect(readdirSync(folder)).toEqual(['day.predictions.csv']);
});

test('the next engine goes on, and scores nothing twice', async () => {
  const first = await watching();
  await first.watch();
  first.drop('one.csv');
  await expect.poll(first.state).toMatchObject({ scored: 1, state: 'watching' });
  expect(first.deploy.busy?.()).toBe(true);
  await first.close();
  first.drop('two.csv', 10);
  const next = await watching(first);
  await expect.poll(() => next.answer('two.predictions.csv')).toBe('117.0');
  await expect.poll(next.state).toMatchObject({ scored: 2 });
  expect(next.jobs()).toHaveLength(2);
  const [{ name }] = [await next.state()];
  expect(await next.deploy.handlers.unwatch({ name })).toEqual({ watches: [] });
  expect(next.deploy.busy?.()).toBe(false);
});

test('what the end of the engine stopped is no failure', async () => {
  const first = await watching();
  first.drop('one.csv');
  await first.watch();
  await expect.poll(first.jobs).toHaveLength(1);
  await first.context.jobs.close();
  await first.close();
  expect(first.content('one.predictions.error.txt')).toBeUndefined();
  const next = await watching(first);
  await expect.poll(() => next.answer('one.predictions.csv')).toBe('137.0');
  await expect.poll(next.state).toMatchObject({ scored: 1, failed: 0 });
});

test('two folders of one name are told apart, and removed by name or path', async () => {
  const { watch, deploy, folder } = await watching();
  await watch();
  const other = join(temporaryFolder(), 'inbox');
  mkdirSync(other);
  const link = `${other}-link`;
  symlinkSync(folder, link, 'junction');
  const second = await deploy.handlers.watch({ reference: 'riders@1', folder: other });
  expect(second.watch.name).toBe('inbox-2');
  const { watches } = await deploy.handlers.unwatch({ name: 'x', folder: link });
  expect(watches).toMatchObject([{ name: 'inbox-2', folder: other }]);
  await expect(deploy.handlers.unwatch({ name: 'inbox' })).rejects.toMatchObject({ code: 'deploy.no_watch' });
});

test('a folder or a model that is not there is refused', async () => {
  const { deploy, watch } = await watching();
  const gone = join(temporaryFolder(), 'gone');
  await expect(deploy.handlers.watch({ reference: 'riders@1', folder: gone })).rejects.toMatchObject({
    code: 'deploy.unreadable_folder',
  });
  await expect(watch('riders@9')).rejects.toMatchObject({ code: 'package.version_not_found' });
  expect(await deploy.handlers.watches({})).toEqual({ watches: [] });
});

test('in a project that came from elsewhere, nothing is written until it is trusted', async () => {
  const first = await watching();
  await first.watch();
  await first.close();
  const path = join(temporaryFolder(), 'copy');
  cpSync(first.path, path, { recursive: true });
  first.drop('one.csv');
  const copy = await watching({ path, folder: first.folder });
  expect(await copy.state()).toMatchObject({ state: 'stopped', message: expect.stringContaining('trusted') });
  expect(copy.deploy.busy?.()).toBe(false);
  expect(copy.jobs()).toEqual([]);
  new Trust().grant(copy.context.project);
  await expect.poll(() => copy.answer('one.predictions.csv')).toBe('137.0');
});
