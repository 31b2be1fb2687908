import { GalleyError } from '../base/errors.ts';
import type { Deployments } from './deployments.ts';
import type { Fleet } from './fleet.ts';
import type { ServerPart, ServerState } from './server-supervisor.ts';
import type { DeploymentSpec } from './store.ts';

export interface ChangeParts {
  deployments: Deployments;
  fleet: Fleet;
}

/** A change of what is wanted of a deployment. */
export interface ServedChange {
  /** What of the server it is about. */
  part: ServerPart;
  make(): unknown;
  /** Has the server do it; by default without a restart. */
  tell?(id: string): Promise<void>;
  /** Undoes what `make` did beside the deployment. */
  undo?(reason: string): Promise<void>;
}

/**
 * Makes a change of what is wanted, and has the server do it where one runs. One that refuses leaves everything as it was; one
 * that ends meanwhile does it from its next start on, as its state says.
 * @throws GalleyError why the server refused it, and what `make` throws
 */
export async function changeServed(
  { deployments, fleet }: ChangeParts,
  before: DeploymentSpec,
  { part, make, tell = (id) => fleet.reconcile(id), undo }: ServedChange,
): Promise<void> {
  const { id, name } = before;
  const traffic = deployments.traffic.of(id);
  const ran = fleet.client(id) !== null;
  await make();
  await tell(id);
  const refusal = ran ? refusalOf(fleet.state(id), part) : null;
  if (refusal === null) return;
  const reason = `undone: ${refusal.message}`;
  deployments.restore(before, traffic, reason);
  await undo?.(reason);
  await tell(id);
  throw withMessage(refusal, `${name} is as it was before: ${refusal.message}`);
}

/**
 * Has a server that runs do what was changed already.
 * @throws GalleyError where it refuses; the change stands. One that does not run learns of it at its start.
 */
export async function tellServer({ fleet }: ChangeParts, { id, name }: DeploymentSpec): Promise<void> {
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
