import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { WatchedFolder } from '../../engine/contract/deploy-watches.ts';
import { readEngineFile } from '../../engine/store/engine-file.ts';
import { galley } from '../support/engine.ts';
import { checkoutFolder } from '../support/needs.ts';
import { temporaryFolder } from '../support/temporary.ts';

const penguins = join(checkoutFolder, 'resources', 'samples', 'penguins', 'penguins.csv');

test('a folder is watched from the command line, by an engine that stays, and by the next one', async () => {
  const home = temporaryFolder();
  const folder = temporaryFolder();
  const project = join(folder, 'project');
  const inbox = join(folder, 'inbox');
  mkdirSync(inbox);
  const run = async <Output>(...words: string[]) => {
    const { code, json, stderr } = await galley<Output>([...words, '--json'], { cwd: folder, home });
    expect(code, stderr + JSON.stringify(json)).toBe(0);
    return json;
  };
  const inProject = <Output>(...words: string[]) => run<Output>(...words, '--project', project);
  const endEngine = () => {
    const engine = readEngineFile(project);
    if (engine) process.kill(engine.pid, 'SIGKILL');
  };
  const scored = (name: string) => {
    const path = join(inbox, `${name}.predictions.csv`);
    return existsSync(path) ? readFileSync(path, 'utf8').split('\n')[0]?.split(',') : [];
  };
  await run('init', project);
  await inProject('data', 'add', 'penguins', penguins);
  const words = ['penguins', '--target', 'species', '--learner', 'linear', '--split', 'every-nth'];
  const trained = await inProject<{ best: { id: string } }>('train', 'run', ...words);
  await inProject('package', 'add', trained.best.id, '--model', 'species');

  onTestFinished(endEngine);
  const { watch } = await inProject<{ watch: WatchedFolder }>('deploy', 'watch', 'species', '--folder', 'inbox');
  expect(watch).toMatchObject({ name: 'inbox', folder: inbox, reference: 'species', state: 'watching' });
  copyFileSync(penguins, join(inbox, 'first.csv'));
  const listed = async () => (await inProject<{ watches: WatchedFolder[] }>('deploy', 'watches')).watches;
  await expect.poll(listed).toMatchObject([{ name: 'inbox', scored: 1, lastFile: { file: 'first.csv', rows: 344 } }]);
  expect(scored('first')).toContain('label');

  endEngine();
  copyFileSync(penguins, join(inbox, 'second.csv'));
  expect(await listed()).toMatchObject([{ name: 'inbox', state: 'stopped', scored: 1 }]);
  await inProject('deploy', 'watch', 'species', '--folder', 'inbox');
  await expect.poll(listed).toMatchObject([{ scored: 2 }]);
  expect(scored('second')).toContain('label');
  const { stdout } = await galley(['deploy', 'watches', '--project', project], { cwd: folder, home });
  expect(stdout).toMatch(/inbox +\S+inbox +species +\w+ +2 +0 +second\.csv/);
  expect(await inProject('deploy', 'unwatch', 'inbox')).toEqual({ watches: [] });
});
