import type { RemotePlace } from '../../contract/retrain-portable.ts';
import type { StepPhases } from '../step-tools.ts';

/**
 * Knows a place as a remote of the project while the work goes on.
 * @param wanted its name; where a remote of the project has that, the next that none has: `state-2`
 * @throws GalleyError `data.invalid_remote`, and of the work
 */
export async function withTemporaryRemote<Result>(
  { phases }: Pick<StepPhases, 'phases'>,
  wanted: string,
  place: RemotePlace,
  work: (name: string) => Promise<Result>,
): Promise<Result> {
  const { handlers } = phases.data;
  const { remotes } = await handlers.remotes({});
  const taken = new Set(remotes.map((remote) => remote.name));
  let name = wanted;
  for (let number = 2; taken.has(name); number++) name = `${wanted}-${number}`;
  await handlers.addRemote({ name, ...place });
  try {
    return await work(name);
  } finally {
    await handlers.removeRemote({ name });
  }
}
