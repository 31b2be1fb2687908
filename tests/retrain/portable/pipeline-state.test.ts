import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { handOver, takeBack } from '../../../engine/retrain/portable/hand-over.ts';
import type { StepTools } from '../../../engine/retrain/step-tools.ts';
import { addLine, type GitProjectOfTest, gitProject } from '../../support/git-project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const toolsOf = ({ context, data, train, packages }: GitProjectOfTest) =>
  ({ context, phases: { data, train, packages }, signal: new AbortController().signal }) as unknown as StepTools;

/** A pipeline that begins with a champion, under the names that `like` may have. */
const pipelineOf = (...like: string[]) => ({
  name: 'renew',
  tasks: like.map((reference) => ({ kind: 'train', members: { like: reference } })) as never,
});

/** A project with the model `line`, its version 1 being the champion. */
async function lineProject(remote: string): Promise<GitProjectOfTest> {
  const project = await gitProject({ where: 'processes' });
  await project.data.handlers.addRemote({ name: 'team', address: remote });
  await addLine(project);
  project.packages.moveAlias({ model: 'line', alias: 'champion', version: 1, by: 'Ada', reason: '' });
  return project;
}

test('an alias is pointed at the version that is meant, also where that has another number here', async () => {
  const remote = temporaryFolder();
  const there = await lineProject(remote);
  const { state } = await handOver(toolsOf(there), pipelineOf('line', 'line@latest', 'line@1'), 'team');
  expect(state.aliases).toEqual({ 'line@champion': 'line@1', 'line@latest': 'line@1', 'line@1': 'line@1' });

  const here = await lineProject(remote);
  const own = here.packages.resolve('line@1').version.id;
  const back = await takeBack(toolsOf(here), 'renew', 'team');
  expect(back.state.aliases['line@champion']).toBe('line@2');
  expect(here.packages.resolve('line@champion').version.id).toBe(there.packages.resolve('line@1').version.id);
  expect(here.packages.resolve('line@1').version.id).toBe(own);
  expect((await here.packages.handlers.list({})).models[0]?.aliases).toEqual({ champion: 2 });
});

test('a state that is not as Galley wrote it is refused in words, and moves nothing', async () => {
  const remote = temporaryFolder();
  const there = await lineProject(remote);
  await handOver(toolsOf(there), pipelineOf('line'), 'team');
  const path = join(remote, 'pipelines', 'renew', 'states', '000001.json');
  const whole = JSON.parse(readFileSync(path, 'utf8'));
  const refused = async (text: string, code: string, reason: string) => {
    writeFileSync(path, text);
    await expect(takeBack(toolsOf(there), 'renew', 'team')).rejects.toMatchObject({
      code,
      message: expect.stringContaining(reason),
    });
  };
  const changed = (change: object) => JSON.stringify({ ...whole, ...change });
  await refused('{"format": 1', 'retrain.damaged_part', 'it is no JSON');
  await refused('null', 'retrain.damaged_part', 'no state');
  await refused(changed({ aliases: undefined }), 'retrain.damaged_part', 'aliases');
  await refused(changed({ aliases: { 'line@champion': 'line@x' } }), 'retrain.damaged_part', 'aliases');
  await refused(changed({ aliases: { 'line@champion': 'line@7' } }), 'retrain.damaged_part', 'no version that');
  await refused(changed({ aliases: { 'curve@champion': 'line@1' } }), 'retrain.damaged_part', 'no version that');
  await refused(changed({ texts: { 'recipes/a.yaml': 1 } }), 'retrain.damaged_part', 'texts');
  await refused(changed({ parts: {} }), 'package.damaged_part', '');
  expect(there.packages.resolve('line@champion').version.version).toBe(1);
});
