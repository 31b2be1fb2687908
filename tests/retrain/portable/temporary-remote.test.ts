import { expect, test } from 'vitest';
import { withTemporaryRemote } from '../../../engine/retrain/portable/temporary-remote.ts';
import type { StepPhases } from '../../../engine/retrain/step-tools.ts';
import { dataProject } from '../../support/data-project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

test('a place is known for as long as the work takes, beside a remote of the same name', async () => {
  const { data } = dataProject();
  const [own, place] = [temporaryFolder(), temporaryFolder()];
  await data.handlers.addRemote({ name: 'state', address: own });
  const phases = { data } as StepPhases['phases'];
  const during = withTemporaryRemote({ phases }, 'state', { address: place }, async (name) => {
    expect(name).toBe('state-2');
    const { remotes } = await data.handlers.remotes({});
    expect(remotes.map(({ address }) => address)).toEqual([own, place]);
    throw new Error('the work failed');
  });
  await expect(during).rejects.toThrow('the work failed');
  const { remotes } = await data.handlers.remotes({});
  expect(remotes).toMatchObject([{ name: 'state', address: own }]);
});
