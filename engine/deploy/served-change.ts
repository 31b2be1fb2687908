import { GalleyError } from '../base/errors.ts';
import type { Deployments } from './deployments.ts';
import type { Fleet } from './fleet.ts';
import type { ServerPart, ServerState } from './server-supervisor.ts';
import type { DeploymentSpec } from './store.ts';
import type { ModelVersions } from './versions.ts';

export interface ChangeParts {
  deployments: Deployments;
  fleet: Fleet;
  versions: ModelVersions;
}

/** A change of what is wanted of a deployment. */
export interface ServedChange<Made> {
  /** What of the server it is about. */
  part: ServerPart;
  make(): Made | Promise<Made>;
  /** Has the server do it; by default without a restart. */
  tell?(id: string): Promise<void>;
  /** Undoes what `make` did beside the deployment. */
  undo?(reason: string, made: Made): void | Promise<void>;
}

/**
 * Makes a change of what is wanted, and has the server do it where one runs; changes of one deployment are made one after the
 * other. One that the server refuses leaves everything as it was; one whose server ends meanwhile is done from its next start on,
 * as its state says.
 * @param plan is given the deployment when the change's turn has come
 * @returns what `make` gives
 * @throws GalleyError why the server refused it, and what `plan` and `make` throw
 */
export function changeServed<Made>(
  parts: ChangeParts,
  id: string,
  plan: (before: DeploymentSpec) => ServedChange<Made> | Promise<ServedChange<Made>>,
): Promise<Made> {
  const { deployments } = parts;
  return deployments.turns.take(id, async () => makeChange(parts, id, await plan(deployments.get(id))));
}

/** As `changeServed`; call it in the deployment's turn. */
export async function makeChange<Made>(
  { deployments, fleet, versions }: ChangeParts,
  id: string,
  { part, make, tell = (one) => fleet.reconcile(one), undo }: ServedChange<Made>,
): Promise<Made> {
  const before = deployments.wish(id);
  const ran = fleet.client(id) !== null;
  const made = await make();
  const changed = deployments.wish(id);
  await tell(id);
  const refusal = ran ? refusalOf(fleet.state(id), part) : null;
  if (refusal === null) return made;
  const reason = `undone: ${refusal.message}`;
  deployments.restore(before, changed, reason);
  await undo?.(reason, made);
  if (changed.spec.follows !== before.spec.follows) await catchUp({ deployments, versions }, id);
  await tell(id);
  throw withMessage(refusal, `${before.spec.name} is as it was before: ${refusal.message}`);
}

/** Gives a deployment the version of its alias, which may have moved while it was not followed, or is gone. */
async function catchUp({ deployments, versions }: Omit<ChangeParts, 'fleet'>, id: string): Promise<void> {
  const { model, follows } = deployments.get(id);
  if (follows === null) return;
  const target = await versions.resolve(`${model}@${follows}`).catch(() => null);
  const spec = deployments.get(id);
  if (target === null || target.version.version === spec.version) return;
  const { id: versionId, version } = target.version;
  deployments.activate({ ...spec, version }, versionId, `follows ${follows} again`);
}

/**
 * Has a server that runs do what was changed already.
 * @throws GalleyError where it refuses; the change stands. One that does not run learns of it at its start.
 */
export async function tellServer({ fleet }: Pick<ChangeParts, 'fleet'>, { id, name }: DeploymentSpec): Promise<void> {
  await fleet.reconcile(id);
  const state = fleet.state(id);
  const refusal = state.status === 'running' ? refusalOf(state, 'settings') : null;
  if (refusal === null) return;
  const message = `What was changed of ${name} holds from its next start, its server refused it: ${refusal.message}`;
  throw withMessage(refusal, message);
}

/** Why a server does not do what is wanted of that part. */
function refusalOf({ status, refused, error }: ServerState, part: ServerPart): GalleyError | null {
  if (status === 'running') return refused === 'settings' || refused === part ? error : null;
  return error?.code === 'serving.process_ended' ? null : error;
}

function withMessage({ code, hint, details }: GalleyError, message: string): GalleyError {
  return new GalleyError(code, message, { hint, details });
}
