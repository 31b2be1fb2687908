import { address, navigate } from '../../client/address.ts';
import type { Workspace } from '../../client/workspace.svelte.ts';

export type SweepAction = 'pause' | 'stop' | 'resume';

/** What can be done with a search; `busy` names what was asked for until the engine has answered. */
export class SweepActions {
  readonly #workspace: Workspace;
  busy = $state<SweepAction>();

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** A failure is told by a notice. */
  async run(action: SweepAction, sweep: { id: string }): Promise<void> {
    this.busy = action;
    const { client } = this.#workspace;
    try {
      if (action === 'pause') await client.call('train.pauseSweep', { sweep: sweep.id });
      if (action === 'stop') await client.call('train.stopSweep', { sweep: sweep.id });
      if (action === 'resume') {
        const job = await this.#workspace.start('train.resumeSweep', { sweep: sweep.id });
        if (location.hash.startsWith('#/train?')) navigate(address.train(undefined, undefined, job.id));
      }
    } catch (thrown) {
      this.#workspace.report(thrown);
    }
    this.busy = undefined;
  }
}
