import { expect, test } from 'vitest';
import type { Transfer } from '../../engine/contract/data-remotes.ts';
import { type DataProject, dataProject } from '../support/data-project.ts';
import {
  forEachCrash,
  logProject,
  logVersions,
  openedAgain,
  requireWhole,
  versionsOf,
} from '../support/log-project.ts';
import { crashesOf } from '../support/power-cut.ts';
import { temporaryFolder } from '../support/temporary.ts';

async function connect({ data }: DataProject, remote: string): Promise<void> {
  await data.handlers.addRemote({ name: 'team', address: remote });
}
const push = ({ data, result }: DataProject) => result<Transfer>(data.handlers.push({}));
const pull = ({ data, result }: DataProject) => result<Transfer>(data.handlers.pull({}));

test('a crash at any moment of a pull leaves whole versions, and the next pull brings the rest', async () => {
  const remote = temporaryFolder();
  const [ada, bob] = [await logProject(), dataProject()];
  for (const project of [ada, bob]) await connect(project, remote);
  await push(ada);
  const crashes = await crashesOf(bob.context.project.path, temporaryFolder(), () => pull(bob));
  await bob.close();
  await forEachCrash(crashes, async (left, moment) => {
    const again = openedAgain(left);
    const found = await versionsOf(again);
    expect(logVersions.slice(0, found.length), moment).toEqual(found);
    await requireWhole(again);
    await pull(again);
    expect(await versionsOf(again), moment).toEqual(logVersions);
    await requireWhole(again);
    await again.close();
  });
});

test('a crash of the remote at any moment of a push leaves a remote of whole versions, and the next push brings the rest', async () => {
  const remote = temporaryFolder();
  const ada = await logProject();
  await connect(ada, remote);
  const crashes = await crashesOf(remote, temporaryFolder(), () => push(ada), /./);
  await forEachCrash(crashes, async (left, moment) => {
    const bob = dataProject();
    await connect(bob, left);
    await pull(bob);
    const found = await versionsOf(bob);
    expect(logVersions.slice(0, found.length), moment).toEqual(found);
    if (moment.endsWith('before the end')) expect(found, 'what is done stays').toEqual(logVersions);
    await ada.data.handlers.removeRemote({ name: 'team' });
    await connect(ada, left);
    await push(ada);
    await pull(bob);
    expect(await versionsOf(bob), moment).toEqual(logVersions);
    await requireWhole(bob);
    await bob.close();
  });
});
