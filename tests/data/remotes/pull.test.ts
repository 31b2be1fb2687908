import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Transfer } from '../../../engine/contract/data-remotes.ts';
import { dataProject } from '../../support/data-project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

async function projectWith(address: string) {
  const project = dataProject('processes', { path: temporaryFolder() });
  await project.data.handlers.addRemote({ name: 'team', address });
  return project;
}

test('two pulls at once leave each other alone, and each version comes once', async () => {
  const address = temporaryFolder();
  const ada = await projectWith(address);
  const file = join(temporaryFolder(), 'sales.csv');
  writeFileSync(file, `n\n${Array.from({ length: 200_000 }, (_, row) => row * 7919).join('\n')}\n`);
  await ada.add({ name: 'sales', files: [file] });
  await ada.result(ada.data.handlers.push({}));

  const bob = await projectWith(address);
  const { handlers } = bob.data;
  const pulls = await Promise.all([1, 2].map(() => bob.result<Transfer>(handlers.pull({}))));
  expect(pulls.flatMap(({ versions }) => versions)).toMatchObject([{ version: 'sales@1' }]);
  expect((await handlers.list({})).datasets).toMatchObject([{ name: 'sales', versions: 1 }]);
  expect(bob.context.blobs.sweep()).toBe(0);
});
