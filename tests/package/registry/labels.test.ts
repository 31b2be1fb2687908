import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { currentUser, machineUser, UserName } from '../../../engine/store/user-name.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { registryProject } from './registry-project.ts';

async function withVersions(copies = 1) {
  const project = await registryProject();
  await project.add((await project.trainOne('species')).id);
  project.copyVersions('penguins', copies);
  const { handlers } = project.packages;
  return { ...project, handlers };
}

test('tags and descriptions stand on a model and on its versions, with who changed what', async () => {
  const { handlers } = await withVersions();
  expect(await handlers.tag({ reference: 'penguins', tags: { team: 'birds', reviewed: '' } })).toMatchObject({
    tags: { reviewed: '', team: 'birds' },
  });
  await handlers.tag({ reference: 'penguins@2', tags: { stage: 'trial' } });
  await handlers.tag({ reference: 'penguins@2', tags: { stage: 'live' } });
  await handlers.tag({ reference: 'penguins@2', tags: { stage: 'live' } });
  await handlers.untag({ reference: 'penguins', keys: ['reviewed', 'never there'] });
  const description = 'Two lines:\nthe second.';
  expect(await handlers.describe({ reference: 'penguins@1', description })).toMatchObject({ description });
  await handlers.describe({ reference: 'penguins@1', description: '' });

  const { models } = await handlers.list({});
  expect(models[0]).toMatchObject({ tags: { team: 'birds' }, description: '', archivedAt: null });
  expect(models[0]?.versions.map(({ tags }) => tags)).toEqual([{}, { stage: 'live' }]);
  const { changes } = await handlers.show({ reference: 'penguins@1' });
  expect(changes).toEqual(models[0]?.changes);
  expect(changes.map(({ version, kind, before, after }) => [version, kind, before, after])).toEqual([
    [1, 'describe', description, ''],
    [1, 'describe', '', description],
    [null, 'untag', 'reviewed', null],
    [2, 'tag', 'stage=trial', 'stage=live'],
    [2, 'tag', null, 'stage=trial'],
    [null, 'tag', null, 'reviewed'],
    [null, 'tag', null, 'team=birds'],
  ]);
  expect(changes.every(({ by }) => by === currentUser())).toBe(true);
  await expect(handlers.tag({ reference: 'penguins@9', tags: { a: '' } })).rejects.toMatchObject({
    code: 'package.version_not_found',
  });
});

test('words find models and versions by what is said of them', async () => {
  const { handlers, trainOne, add } = await withVersions();
  await add((await trainOne('body_mass_g')).id, 'mass', 'candidate');
  await handlers.tag({ reference: 'penguins', tags: { team: 'Birds' } });
  await handlers.describe({ reference: 'penguins@2', description: 'Without the island' });
  const found = async (search: string) =>
    (await handlers.list({ search })).models.flatMap(({ name, versions }) =>
      versions.map(({ version }) => `${name}@${version}`),
    );
  expect(await found('birds')).toEqual(['penguins@1', 'penguins@2']);
  expect(await found('TEAM=birds island')).toEqual(['penguins@2']);
  expect(await found('candidate')).toEqual(['mass@1']);
  expect(await found('body_mass_g')).toEqual(['mass@1']);
  expect(await found('island candidate')).toEqual([]);
});

test('what is archived is out of sight and can be read; what an alias points at cannot be archived', async () => {
  const { handlers, packages } = await withVersions(2);
  await handlers.alias({ reference: 'penguins@1', alias: 'candidate' });
  await expect(handlers.archive({ reference: 'penguins@1' })).rejects.toMatchObject({
    code: 'package.in_use',
    message: 'penguins@1 cannot be archived: the alias candidate points at it.',
  });
  const { archivedAt } = await handlers.archive({ reference: 'penguins@3' });
  expect(archivedAt).not.toBeNull();
  const numbers = async (archived?: 'with' | 'only') =>
    (await handlers.list({ archived })).models.flatMap(({ versions }) => versions.map(({ version }) => version));
  expect([await numbers(), await numbers('with'), await numbers('only')]).toEqual([[1, 2], [1, 2, 3], [3]]);
  expect((await handlers.show({ reference: 'penguins@3' })).version.archivedAt).toBe(archivedAt);
  expect(packages.resolve('penguins@latest').version.version).toBe(2);

  await handlers.alias({ reference: 'penguins@3', alias: 'candidate' });
  expect(await numbers()).toEqual([1, 2, 3]);
  expect((await handlers.show({ reference: 'penguins@3' })).changes.map(({ kind }) => kind)).toEqual([
    'unarchive',
    'archive',
  ]);

  await handlers.archive({ reference: 'penguins' });
  expect([await numbers(), await numbers('with')]).toEqual([[], [1, 2, 3]]);
  expect(packages.resolve('penguins').version.version).toBe(3);
  await handlers.unarchive({ reference: 'penguins' });
  expect(await numbers()).toEqual([1, 2, 3]);
});

test('a deployment or a pipeline that needs a model now keeps it out of the archive', async () => {
  const { handlers, packages } = await withVersions();
  let isLive = true;
  packages.addHolder({
    ofVersion: (model, version) => (version === 2 ? [{ words: `the deployment live serves ${model}`, isLive }] : []),
    ofAlias: () => [],
    ofModel: () => [{ words: 'the deployment live serves it', isLive }],
  });
  for (const reference of ['penguins', 'penguins@2']) {
    await expect(handlers.archive({ reference })).rejects.toMatchObject({ code: 'package.in_use' });
  }
  isLive = false;
  for (const reference of ['penguins', 'penguins@2']) {
    expect((await handlers.archive({ reference })).archivedAt).not.toBeNull();
    await expect(handlers.delete({ reference })).rejects.toMatchObject({ code: 'package.in_use' });
  }
});

test('the name that was set stands for all that is changed, and in no project', () => {
  const folder = temporaryFolder();
  expect(currentUser(folder)).toBe(machineUser());
  new UserName(folder).write('Ada Lovelace');
  expect(currentUser(folder)).toBe('Ada Lovelace');
  new UserName(folder).write('');
  expect(currentUser(folder)).toBe(machineUser());
  new UserName(folder).write('Ada Lovelace');
  rmSync(join(folder, 'user.json'));
  expect(currentUser(folder)).toBe(machineUser());
});
