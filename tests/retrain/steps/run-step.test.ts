import { appendFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { dataCalls } from '../../../engine/contract/data.ts';
import { retrainCalls } from '../../../engine/contract/retrain.ts';
import type { FilesArtifact } from '../../../engine/contract/retrain-artifacts.ts';
import { type OpenApp, openApp } from '../open-app.ts';
import { addRows, logOf, type RanSteps, runSteps } from './run-steps.ts';

const node = JSON.stringify(process.execPath);

function write({ app }: OpenApp, path: string, text: string): void {
  const place = join(app.context.project.path, path);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, text);
}

/** The files that a step gave, by their paths. */
function given({ app }: OpenApp, ran: RanSteps, step: string): Record<string, string> {
  const { files } = ran.step(step).output as FilesArtifact;
  return Object.fromEntries(files.map(({ path, hash }) => [path, app.context.blobs.read(hash).toString()]));
}

/** One step that runs a script of the project. */
function script(engine: OpenApp, text: string, more = ''): string {
  write(engine, 'work.cjs', text);
  return `
  - name: work
    kind: run
    command: [${node}, work.cjs]
    reads: [work.cjs]
${more}`;
}

const sums = `
  const { readFileSync, writeFileSync, mkdirSync } = require('node:fs');
  const rows = readFileSync('inputs/data.csv', 'utf8').trim().split('\\n').slice(1);
  mkdirSync('out/parts', { recursive: true });
  writeFileSync('out/sum.txt', String(rows.reduce((sum, row) => sum + Number(row.split(',')[1]), 0)));
  writeFileSync('out/parts/argument.txt', process.argv[2]);
  console.log('summed ' + rows.length);
`;
const summing = (argument: string) => `
  - { name: rows, kind: fetch, dataset: rides }
  - name: sum
    kind: run
    data: rows
    command: [${node}, code/sum.cjs, ${argument}]
    reads: [code]
    writes: [out]
    lock: package-lock.json
  - name: again
    kind: run
    files: sum
    command: [${node}, -e, "require('node:fs').copyFileSync('inputs/files/out/sum.txt', 'copy.txt')"]
    writes: [copy.txt]
`;

test('a command reads rows and files and gives files on; it runs again where its words, code, lock or rows changed', async () => {
  const engine = await openApp();
  await addRows(engine, 'rides', 'station,riders\na,1\nb,2\n');
  write(engine, 'code/sum.cjs', sums);
  write(engine, 'package-lock.json', '{}');
  const first = await runSteps(engine, summing('one'));
  expect(first.run).toMatchObject({ status: 'succeeded', error: null });
  expect(given(engine, first, 'sum')).toEqual({ 'out/parts/argument.txt': 'one', 'out/sum.txt': '3' });
  expect(given(engine, first, 'again')).toEqual({ 'copy.txt': '3' });
  expect(await logOf(engine, first, 'sum')).toEqual(['summed 2']);
  expect(first.step('sum').facts).toEqual({ files: 2, bytes: 4 });
  expect(readdirSync(join(engine.app.context.project.path, 'run', 'pipelines'))).toEqual([]);

  expect((await runSteps(engine, summing('one'))).run.steps.map(({ cached }) => cached)).toEqual([false, true, true]);
  const told = await runSteps(engine, summing('two'));
  expect(told.step('sum')).toMatchObject({ cached: false, because: 'what it is told changed since run 2' });
  write(engine, 'package-lock.json', '{"lockfileVersion": 3}');
  expect((await runSteps(engine, summing('two'))).step('sum')).toMatchObject({
    cached: false,
    because: 'what it looks at changed since run 3',
  });
  write(engine, 'code/sum.cjs', sums.replace('summed', 'added up'));
  expect((await runSteps(engine, summing('two'))).step('sum').cached).toBe(false);
  await addRows(engine, 'rides', 'station,riders\na,4\n');
  expect(given(engine, await runSteps(engine, summing('two')), 'sum')).toMatchObject({ 'out/sum.txt': '4' });
}, 60_000);

test('from a step on, a run is made again also where an earlier result could be taken', async () => {
  const engine = await openApp();
  const { run } = await runSteps(engine, script(engine, ''));
  const rerun = async (from?: string) =>
    (await engine.call(retrainCalls.rerun, { run: run.id, ...(from && { from }) })).pipeline_run.steps[0];
  expect(await rerun()).toMatchObject({ cached: true, because: 'taken over from run 1' });
  expect(await rerun('work')).toMatchObject({ cached: false, because: 'no earlier result was to be taken' });
}, 60_000);

test('what a command wrote is kept as long as its pipeline, and goes with it', async () => {
  const engine = await openApp();
  const { blobs, database } = engine.app.context;
  const work = script(engine, "require('node:fs').writeFileSync('kept', 'kept');", '    writes: [kept]');
  const ran = await runSteps(engine, work);
  const [{ hash } = { hash: '' }] = (ran.step('work').output as FilesArtifact).files;
  database.transaction(() => blobs.release(hash));
  blobs.sweep();
  expect(blobs.find(hash)).toBeDefined();
  await engine.call(retrainCalls.remove, { pipeline: 'work' });
  blobs.sweep();
  expect(blobs.find(hash)).toBeUndefined();
});

test('a command sees nothing of the project and the environment but what it declares', async () => {
  const engine = await openApp();
  vi.stubEnv('STEP_TOKEN', 'very secret');
  vi.stubEnv('OTHER_TOKEN', 'not told');
  const text = `
    const { readdirSync, writeFileSync } = require('node:fs');
    const { STEP_TOKEN, OTHER_TOKEN } = process.env;
    writeFileSync('seen.json', JSON.stringify({ files: readdirSync('.', { recursive: true }), STEP_TOKEN, OTHER_TOKEN }));
    console.error('the token is ' + STEP_TOKEN);
  `;
  const work = script(engine, text, '    writes: [seen.json]\n    environment: [STEP_TOKEN]');
  const ran = await runSteps(engine, work);
  expect(JSON.parse(given(engine, ran, 'work')['seen.json'] as string)).toEqual({
    files: ['work.cjs'],
    STEP_TOKEN: 'very secret',
  });
  expect(await logOf(engine, ran, 'work')).toEqual(['the token is ***']);
  expect((await runSteps(engine, work)).step('work').cached).toBe(true);
  vi.stubEnv('STEP_TOKEN', 'another secret');
  expect((await runSteps(engine, work)).step('work').cached).toBe(false);
  vi.stubEnv('STEP_TOKEN', undefined);
  expect((await runSteps(engine, work)).run.error).toBe(
    'The command of work is to be given STEP_TOKEN, which the environment of the engine does not have.',
  );
}, 60_000);

test('what is missing is said before a command starts', async () => {
  const engine = await openApp();
  const error = async (steps: string) => (await runSteps(engine, steps)).run.error;
  const step = (members: string) => `\n  - { name: work, kind: run, ${members} }\n`;
  expect(await error(step('command: [no-such-program]'))).toBe(
    'The command of work is no-such-program, and there is no such program on this machine.',
  );
  expect(await error(step('command: [./tool]'))).toBe(
    'The command of work is ./tool, and there is no such program among what it `reads`, or it is not marked as one.',
  );
  expect(await error(step(`command: [${node}], reads: [code/fit.py]`))).toBe(
    'The command of work reads code/fit.py, which is not there.',
  );
  expect(await error(step(`command: [${node}], lock: uv.lock`))).toBe(
    'The command of work reads uv.lock, which is not there.',
  );
  symlinkSync('/etc', join(engine.app.context.project.path, 'etc'));
  expect(await error(step(`command: [${node}], reads: [etc]`))).toBe(
    'The command of work reads etc, which is a link that leads out of the project.',
  );
});

test('a command that fails says why, and one that does not write what it says or writes a link has failed', async () => {
  const engine = await openApp();
  const failed = await runSteps(
    engine,
    script(engine, "console.log('looking'); console.error('no rows'); process.exit(7);"),
  );
  expect(failed.run.error).toContain(`The command of work, ${process.execPath}, ended with status 7.`);
  expect(failed.run.error?.split('\n').slice(1).sort()).toEqual(['looking', 'no rows']);
  const nothing = await runSteps(engine, script(engine, '', '    writes: [model.bin]'));
  expect(nothing.run.error).toBe('The command of work was to write model.bin, which is not there.');
  const link = "require('node:fs').symlinkSync('/etc/hostname', 'model.bin')";
  const linked = await runSteps(engine, script(engine, link, '    writes: [model.bin]'));
  expect(linked.run.error).toBe('The command of work was to write model.bin, which is a link.');
});

test('a command that was not added on this machine does not run, and is listed with what else the project does', async () => {
  const engine = await openApp();
  const held = async () => (await engine.call(dataCalls.sqlTexts, {})).actions;
  await runSteps(engine, script(engine, '', '    environment: [PATH]'));
  const place = 'step work of the pipeline work';
  const does = `runs ${process.execPath} work.cjs with PATH of the environment`;
  expect(await held()).toEqual([{ place, does, needs: null }]);

  const file = join(engine.app.context.project.path, 'pipelines', 'work.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('work.cjs]', 'work.cjs, --harm]'));
  const job = await engine.start(retrainCalls.run, { pipeline: 'work' });
  await engine.app.context.jobs.settled(job.id);
  expect(engine.app.context.jobs.get(job.id)).toMatchObject({
    state: 'failed',
    error: { code: 'retrain.untrusted_command', details: { step: 'work' } },
  });
  expect(await held()).toMatchObject([{ place, needs: 'it runs once its file is added on this machine' }]);
  appendFileSync(file, '\n');
  await engine.call(retrainCalls.addFile, { text: readFileSync(file, 'utf8') });
  expect(await held()).toMatchObject([{ place, needs: null }]);
});

test('parameters may be given to a command, and choose neither its program nor its variables', async () => {
  const engine = await openApp();
  const text = (command: string, environment = '') =>
    `format: 1\npipeline: work\nparameters: { depth: 3 }\nsteps:\n  - { name: work, kind: run, command: ${command}${environment} }\n`;
  await engine.call(retrainCalls.addFile, { text: text(`[${node}, -e, "console.log(process.argv[1])", "\${depth}"]`) });
  const { pipeline_run } = await engine.call(retrainCalls.run, { pipeline: 'work', parameters: { depth: 8 } });
  const { lines } = await engine.call(retrainCalls.log, { run: pipeline_run.id, step: 'work' });
  expect(lines).toEqual([expect.stringMatching(/ 8$/)]);
  await expect(engine.call(retrainCalls.addFile, { text: text(`["\${depth}"]`) })).rejects.toThrow(
    'steps[1].command must name its program itself',
  );
  const variables = `, environment: ["T\${depth}"]`;
  await expect(engine.call(retrainCalls.addFile, { text: text(`[${node}]`, variables) })).rejects.toThrow(
    'steps[1].environment must name its variables itself',
  );
});

test('a command that takes too long is ended', async () => {
  const engine = await openApp();
  const ran = await runSteps(engine, script(engine, 'setInterval(() => {}, 1000);', '    timeout: 1s'));
  expect(ran.run).toMatchObject({ status: 'failed', error: 'The step work took longer than 1s.' });
}, 30_000);
