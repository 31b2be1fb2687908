import { GalleyError, reportError } from '../base/errors.ts';
import { versionBefore } from '../base/version-stack.ts';
import { sentence } from '../base/words.ts';
import type { InputOf, OutputOf } from '../contract/call.ts';
import type { deployCalls } from '../contract/deploy.ts';
import type { Canary, Traffic } from '../contract/traffic.ts';
import type { Signature } from '../contract/values.ts';
import type { Breached } from '../serving/serving-client.ts';
import { breakingChanges } from '../serving/signature-changes.ts';
import type { DeployParts } from './calls.ts';
import { refuseBreaking } from './deployments.ts';
import { changeServed, makeChange, type ServedChange } from './served-change.ts';
import type { DeploymentSpec, Release } from './store.ts';

type Output = OutputOf<typeof deployCalls.traffic>;

/**
 * Divides a deployment's requests over versions of its model; what is left out stays.
 * @throws GalleyError `deploy.invalid_traffic`, `deploy.breaking_version`, those of the package phase, and why a version
 * cannot be loaded: what was before stands then
 */
export async function divideTraffic(parts: DeployParts, input: InputOf<typeof deployCalls.traffic>): Promise<Output> {
  const { deployments } = parts;
  const { id } = deployments.get(input.deployment);
  await changeServed(parts, id, async (spec) => {
    const before = deployments.traffic.of(id);
    const wanted: Traffic = {
      canary: input.canary === undefined ? before.canary : input.canary,
      shadow: input.shadow === undefined ? before.shadow : input.shadow,
      bounds: input.bounds === undefined ? before.bounds : input.bounds,
    };
    requireOthers(spec, wanted);
    const ids = await versionIds(parts, spec, wanted);
    const isNew = wanted.canary !== null && wanted.canary.version !== before.canary?.version;
    if (isNew && !input.acceptBreaking) await refuseBreakingCanary(parts, spec, wanted.canary as Canary);
    const make = () => deployments.divide(spec, wanted, trafficReasons(spec, before, wanted), ids);
    return { part: 'versions', make };
  });
  return changed(parts, id);
}

/**
 * Makes the canary the version that answers all requests: where an alias is followed, by moving it.
 * @throws GalleyError `deploy.no_canary`, `deploy.breaking_version`, and why the server refused it: what was before stands then,
 * the alias, too
 */
export async function promoteCanary(parts: DeployParts, input: InputOf<typeof deployCalls.promote>): Promise<Output> {
  const { deployments } = parts;
  const { id } = deployments.get(input.deployment);
  await changeServed(parts, id, (spec) => canaryPromotion(parts, spec, input.acceptBreaking));
  return changed(parts, id);
}

async function canaryPromotion(
  parts: DeployParts,
  spec: DeploymentSpec,
  acceptBreaking?: boolean,
): Promise<ServedChange<void>> {
  const { deployments, versions } = parts;
  const { canary } = deployments.traffic.of(spec.id);
  if (canary === null) {
    throw new GalleyError('deploy.no_canary', `${spec.name} has no canary.`, { details: { deployment: spec.name } });
  }
  const { version, percent } = canary;
  const reason = `promoted as canary of ${spec.name}, from ${percentText(percent)}`;
  const { model, follows: alias } = spec;
  if (alias === null && !acceptBreaking) await refuseBreakingCanary(parts, spec, canary);
  const [id] = await versionIds(parts, spec, { canary, shadow: null, bounds: null });
  return {
    part: 'versions',
    make: () =>
      alias === null
        ? deployments.activate({ ...spec, version }, id as string, reason)
        : versions.moveAlias(model, version, { alias, reason, acceptBreaking }),
    undo: async (undone) => {
      if (alias === null) return;
      const { version: now } = await versions.resolve(`${model}@${alias}`);
      if (now.version !== version) return;
      await versions.moveAlias(model, spec.version, { alias, reason: undone, acceptBreaking: true });
    },
  };
}

/**
 * Puts back the version that answered before, however often; the alias that brought the other one is followed no more.
 * @throws GalleyError `deploy.no_version_before`, and why the server refused it: what was before stands then
 */
export async function rollBack(parts: DeployParts, deployment: string): Promise<Output> {
  const { id } = parts.deployments.get(deployment);
  await changeServed(parts, id, (spec) => rollbackOf(parts, spec));
  return changed(parts, id);
}

async function rollbackOf(
  { deployments, versions }: DeployParts,
  spec: DeploymentSpec,
  because?: string,
): Promise<ServedChange<void>> {
  const version = versionBeforeThis(deployments.store.releases(spec.id));
  if (version === undefined) {
    throw new GalleyError('deploy.no_version_before', `${spec.name} has had no other version before.`, {
      details: { deployment: spec.name, version: spec.version },
    });
  }
  const left = spec.follows === null ? '' : `, ${spec.follows} is followed no more`;
  const reason = `rolled back from version ${spec.version}${left}${because ? `: ${because}` : ''}`;
  const { version: found } = await versions.resolve(`${spec.model}@${version}`);
  return {
    part: 'versions',
    make: () => deployments.activate({ ...spec, version, follows: null }, found.id, reason, 'rollback'),
  };
}

/** Takes back what passed a bound, where it is still so, and tells everyone. */
export async function takeBack(parts: DeployParts, id: string, breached: Breached): Promise<void> {
  const { context, deployments } = parts;
  const { version, role, reason } = breached;
  const { name } = deployments.get(id);
  const publish = (outcome: string, detail: string) => {
    const title = `${name}: version ${version} ${outcome}`;
    context.events.publish({
      type: 'release.undone',
      deployment: name,
      title,
      detail: `${sentence(reason)}.${detail}`,
    });
  };
  const take = role === 'canary' ? takeCanaryBack : takeReleaseBack;
  const isTaken = await deployments.turns
    .take(id, () => take(parts, id, breached))
    .catch((error) => {
      publish('passed a bound and could not be taken back', ` ${reportError(error).message}`);
      throw error;
    });
  if (!isTaken) return;
  await changed(parts, id);
  publish('was taken back', '');
}

/** @returns whether it was still the canary */
async function takeCanaryBack(
  { deployments, fleet }: DeployParts,
  id: string,
  { version, reason }: Breached,
): Promise<boolean> {
  const { spec, traffic } = deployments.wish(id);
  if (traffic.canary?.version !== version) return false;
  const undone = { version, reason: `canary back at 0 %: ${reason}` };
  deployments.divide(spec, { ...traffic, canary: { version, percent: 0 } }, [undone], []);
  await fleet.reconcile(id);
  return true;
}

/** @returns whether it was still the version that was released last, after another one */
async function takeReleaseBack(parts: DeployParts, id: string, { version, reason }: Breached): Promise<boolean> {
  const { deployments } = parts;
  const spec = deployments.get(id);
  const releases = deployments.store.releases(id).filter(({ kind }) => kind !== 'traffic');
  const isReleased = releases.at(-1)?.kind === 'release' && releases.at(-1)?.version === version;
  if (spec.version !== version || !isReleased || versionBeforeThis(releases) === undefined) return false;
  await makeChange(parts, id, await rollbackOf(parts, spec, reason));
  return true;
}

async function changed({ context, deployments, fleet }: DeployParts, id: string): Promise<Output> {
  const spec = deployments.get(id);
  context.events.publish({ type: 'phase.changed', phase: 'deploy', subject: spec.name });
  return { deployment: fleet.view(spec) };
}

/** @throws GalleyError `deploy.invalid_traffic` */
function requireOthers({ name, version }: DeploymentSpec, { canary, shadow }: Traffic): void {
  const role = canary?.version === version ? 'canary' : shadow === version ? 'shadow' : null;
  if (role === null) return;
  const message = `Version ${version} answers ${name} already; a ${role} is another one.`;
  throw new GalleyError('deploy.invalid_traffic', message, { details: { deployment: name, version, role } });
}

/** @throws GalleyError `package.version_not_found` */
async function versionIds({ versions }: DeployParts, { model }: DeploymentSpec, { canary, shadow }: Traffic) {
  const wanted = [canary?.version, shadow].filter((version) => version !== undefined && version !== null);
  return Promise.all(wanted.map(async (version) => (await versions.resolve(`${model}@${version}`)).version.id));
}

/** @throws GalleyError `deploy.breaking_version` */
async function refuseBreakingCanary({ versions }: DeployParts, spec: DeploymentSpec, { version }: Canary) {
  const [before, after] = await Promise.all([spec.version, version].map((one) => versions.signature(spec.model, one)));
  refuseBreaking(spec, version, breakingChanges(before as Signature, after as Signature));
}

/** What changed, in words: one entry of the releases each. */
function trafficReasons(
  { version }: DeploymentSpec,
  before: Traffic,
  { canary, shadow }: Traffic,
): Pick<Release, 'version' | 'reason'>[] {
  const reasons: Pick<Release, 'version' | 'reason'>[] = [];
  const gone = before.canary;
  if (gone && gone.version !== canary?.version) reasons.push({ version: gone.version, reason: 'no canary any more' });
  if (canary && (canary.version !== gone?.version || canary.percent !== gone.percent))
    reasons.push({ version: canary.version, reason: `canary at ${percentText(canary.percent)}` });
  if (before.shadow !== null && before.shadow !== shadow)
    reasons.push({ version: before.shadow, reason: 'no shadow any more' });
  if (shadow !== null && shadow !== before.shadow)
    reasons.push({ version: shadow, reason: `shadow of version ${version}` });
  return reasons;
}

/** The version that a rollback puts back. */
export function versionBeforeThis(releases: readonly Release[]): number | undefined {
  const moves = releases.filter(({ kind }) => kind !== 'traffic');
  return versionBefore(moves.map(({ version, kind }) => ({ to: version, isRollback: kind === 'rollback' })));
}

function percentText(percent: number): string {
  return `${percent} %`;
}
