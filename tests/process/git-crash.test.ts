import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Repository } from '../../engine/project/git/repository.ts';
import { cleaning, gitProject } from '../support/git-project.ts';
import { forEachCrash } from '../support/log-project.ts';
import { crashesOf } from '../support/power-cut.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** Files that Galley itself has to sync. */
const ownFiles = /^(\.git|\.gitignore|galley\.yaml|recipes|datasets)(\/|$)/;
const rows = 'id,price\n1,2.5\n2,3.5\n';

/** Everything that the newest commit needs can be read. */
async function requireReadable(path: string, moment: string, repository = new Repository(path)): Promise<void> {
  const head = await repository.head();
  for (const { oid } of (await repository.entries(head)).values())
    expect((await repository.bytes(oid)).length, moment).toBeGreaterThan(0);
  if (head !== undefined) expect((await repository.log(head, 10)).length, moment).toBeGreaterThan(0);
}

test('a crash at any moment of a commit leaves a whole project and a whole history, and the next commit has it all', async () => {
  const project = await gitProject({ path: join(temporaryFolder(), 'objects', 'project') });
  await project.addRows('sales', rows);
  project.write('recipes/clean.yaml', cleaning(3));
  await project.git.gitLink({});
  await project.commit('First');
  project.write('recipes/clean.yaml', cleaning(4));
  await project.addRows('sales', `${rows}3,9\n`);
  const crashes = await crashesOf(project.path, temporaryFolder(), () => project.commit('Second'), ownFiles);
  await project.close();
  await forEachCrash(crashes, async (left, moment) => {
    await requireReadable(left, moment);
    const again = await gitProject({ path: left });
    expect(again.read('recipes/clean.yaml'), moment).toBe(cleaning(4));
    expect(again.data.resolve('sales').number, moment).toBe(2);
    await again.commit('Second');
    expect(
      (await again.git.gitLog({})).commits.map(({ title }) => title),
      moment,
    ).toEqual(['Second', 'First']);
    expect(await again.git.gitStatus({}), moment).toMatchObject({ changes: [] });
    expect((await again.git.gitTexts({ path: 'recipes/clean.yaml', of: 'here' })).before, moment).toBe(cleaning(4));
    await requireReadable(left, moment);
    await again.close();
  });
});

test('a crash at any moment of accepting leaves a whole project, and accepting once more does the rest', async () => {
  const hub = join(temporaryFolder(), 'hub.git');
  const first = await gitProject();
  first.write('recipes/clean.yaml', cleaning(3));
  await first.git.gitLink({ address: hub });
  await first.commit('First');
  await first.push();
  const path = join(temporaryFolder(), 'second');
  await first.clone(hub, path);
  first.write('recipes/clean.yaml', cleaning(4));
  first.write('recipes/other.yaml', cleaning(4));
  await first.commit('There');
  await first.push();
  const second = await gitProject({ path });
  second.write('recipes/own.yaml', cleaning(5));
  await second.commit('Here');
  const { arrival } = await second.pull();
  const commit = arrival?.commit as string;
  const crashes = await crashesOf(path, temporaryFolder(), () => second.git.gitAccept({ commit }), ownFiles);
  await second.close();
  await forEachCrash(crashes, async (left, moment) => {
    await requireReadable(left, moment);
    const again = await gitProject({ path: left });
    expect([cleaning(3), cleaning(4)], moment).toContain(again.read('recipes/clean.yaml'));
    if ((await again.git.gitStatus({})).arrival) await again.git.gitAccept({ commit });
    for (const [name, least] of Object.entries({ clean: 4, other: 4, own: 5 }))
      expect(again.read(`recipes/${name}.yaml`), moment).toBe(cleaning(least));
    const status = await again.git.gitStatus({});
    expect(status, moment).toMatchObject({ changes: [], arrival: null, unpushed: true });
    const titles = (await again.git.gitLog({})).commits.map(({ title }) => title);
    expect(titles.sort(), moment).toEqual(['First', 'Here', 'Take over changes from elsewhere', 'There']);
    await requireReadable(left, moment);
    await again.close();
  });
});

test('a crash at any moment of a push into a folder leaves a whole history there', async () => {
  const hub = join(temporaryFolder(), 'hub.git');
  const project = await gitProject();
  project.write('recipes/clean.yaml', cleaning(3));
  await project.git.gitLink({ address: hub });
  await project.commit('First');
  await project.push();
  project.write('recipes/clean.yaml', cleaning(4));
  await project.commit('Second');
  const crashes = await crashesOf(hub, temporaryFolder(), () => project.push(), /./);
  await project.close();
  await forEachCrash(crashes, async (left, moment) => {
    const there = new Repository(left, left);
    await requireReadable(left, moment, there);
    expect(['First', 'Second'], moment).toContain((await there.log('HEAD', 1))[0]?.title);
  });
});
