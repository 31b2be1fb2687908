import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { OutputOf } from '../../engine/contract/call.ts';
import type { packageCalls } from '../../engine/contract/package.ts';
import { type DockerEngine, dockerEngine } from '../support/docker-engine.ts';
import { galley } from '../support/engine.ts';
import { needsPlatform } from '../support/needs.ts';
import { salesProject } from '../support/sales-project.ts';
import { temporaryFolder } from '../support/temporary.ts';

const image = 'galley-test-pipeline:1';
const tasks = ['rows', 'fit', 'versions', 'contest', 'gate', 'own', 'release'];
const pipeline = `format: 1
pipeline: renew
steps:
  - { name: rows, kind: fetch, dataset: sales }
  - { name: fit, kind: train, data: rows, like: sales@champion, window: 100d }
  - { name: versions, kind: register, run: fit, model: sales }
  - { name: contest, kind: compare, challengers: versions }
  - { name: gate, kind: gate, comparison: contest }
  - name: own
    kind: run
    data: rows
    command: [node, scripts/count.mjs]
    reads: [scripts]
    writes: [count.txt]
  - { name: release, kind: deploy, decision: gate, when: gate.passed }
`;
const script = `import { readFileSync, writeFileSync } from 'node:fs';
writeFileSync('count.txt', String(readFileSync('inputs/data.csv', 'utf8').trimEnd().split('\\n').length));
`;

/** An image of Node whose npm asks where this machine's npm asks. */
function baseImage({ docker, base }: DockerEngine): string {
  const folder = temporaryFolder();
  const registry = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim();
  writeFileSync(join(folder, 'npmrc'), `registry=${registry}\n`);
  const lines = [`FROM ${base}`, 'COPY npmrc /usr/local/etc/npmrc', 'ENV NPM_CONFIG_GLOBALCONFIG=/usr/local/etc/npmrc'];
  writeFileSync(join(folder, 'Dockerfile'), lines.join('\n'));
  const { code, errors } = docker('build', '--network', 'host', '--tag', `${image}-base`, folder);
  if (code !== 0) throw new Error(`The base is not built: ${errors}`);
  return `${image}-base`;
}

/** A folder that any user of a container may write to. */
function openFolder(): string {
  const folder = temporaryFolder();
  chmodSync(folder, 0o777);
  return folder;
}

test('the container of an export is built, and each step of the pipeline runs in one of its own', async (context) => {
  needsPlatform(context, 'linux');
  const engine = dockerEngine();
  if (!engine) return context.skip('no Docker engine can be had here; the same steps run alone as processes');
  const home = temporaryFolder();
  const project = await salesProject(home);
  const say = <Output>(...words: string[]) => galley<Output>([...words, '--project', project, '--json'], { home });
  mkdirSync(join(project, 'scripts'));
  writeFileSync(join(project, 'scripts', 'count.mjs'), script);
  writeFileSync(join(home, 'renew.yaml'), pipeline);
  expect(await say('retrain', 'add', join(home, 'renew.yaml'))).toMatchObject({ code: 0 });
  expect(await say('retrain', 'export', 'renew', '--format', 'argo', '--to', project)).toMatchObject({ code: 0 });

  const file = join(project, 'galley', 'renew', 'Dockerfile');
  const base = `BASE=${baseImage(engine)}`;
  const built = engine.docker(
    'build',
    '--network',
    'host',
    '--build-arg',
    base,
    '--file',
    file,
    '--tag',
    image,
    project,
  );
  if (/npm (error|ERR!).*(ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT)/.test(built.errors))
    return context.skip('the libraries of Galley cannot be had in a container here');
  expect({ code: built.code, errors: built.code === 0 ? '' : built.errors }).toEqual({ code: 0, errors: '' });

  const [remote, exchange] = [openFolder(), openFolder()];
  expect(await say('data', 'remote', 'add', 'there', remote)).toMatchObject({ code: 0 });
  expect(await say('retrain', 'hand-over', 'renew', '--remote', 'there')).toMatchObject({ code: 0 });
  execFileSync('chmod', ['-R', 'a+rwX', remote]);
  const mounts = ['--volume', `${remote}:/remote`, '--volume', `${exchange}:/exchange`];
  const secured = ['--network', 'none', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'];
  for (const task of tasks) {
    const step = ['galley', 'retrain', 'step', 'galley/renew/pipeline.yaml', '--task', task];
    const folders = ['--in', '/exchange', '--out', `/exchange/${task}`];
    const settings = ['--rm', ...secured, ...mounts, '--env', 'GALLEY_REMOTE=/remote', image];
    const { code, output, errors } = engine.docker('run', ...settings, ...step, ...folders);
    expect({ task, code, said: code === 0 ? '' : output + errors }).toEqual({ task, code: 0, said: '' });
    const { status } = JSON.parse(readFileSync(join(exchange, task, 'artifact.json'), 'utf8'));
    expect([task, status]).toEqual([task, 'succeeded']);
  }
  expect(readFileSync(join(exchange, 'own', 'files', 'count.txt'), 'utf8')).toBe('201');
  expect(existsSync(join(exchange, 'release', 'package', 'Dockerfile'))).toBe(true);

  expect(await say('retrain', 'take-back', 'renew', '--remote', 'there')).toMatchObject({ code: 0 });
  const [model] = (await say<OutputOf<typeof packageCalls.list>>('package', 'list')).json.models;
  expect(model?.aliases).toEqual({ champion: 2 });
  expect(await say('package', 'verify', 'sales@champion')).toMatchObject({ code: 0 });
  engine.docker('image', 'rm', image, `${image}-base`);
}, 300_000);
