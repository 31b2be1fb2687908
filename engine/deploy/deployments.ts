import { isDeepStrictEqual } from 'node:util';
import { GalleyError } from '../base/errors.ts';
import { nearestName } from '../base/nearest-name.ts';
import { Turns } from '../base/turns.ts';
import { changedSettings, type SettingsChange, wholeSettings } from '../contract/deploy-settings.ts';
import { isLoopback } from '../contract/network-access.ts';
import type { Traffic } from '../contract/traffic.ts';
import type { EngineContext } from '../jobs/context.ts';
import type { DeploymentKeys } from './keys.ts';
import type { DeploymentSpec, DeploymentStore, Release } from './store.ts';
import { TrafficStore } from './traffic-store.ts';
import type { DeploymentTarget } from './versions.ts';

/** An alias that points at another version from now on. */
export interface AliasMoved {
  model: string;
  alias: string;
  version: number;
  versionId: string;
  reason: string;
  /** What breaks for callers of the version before. */
  breaking: readonly string[];
  acceptBreaking?: boolean;
}

/** All that is wanted of a deployment. */
export interface Wish {
  spec: DeploymentSpec;
  traffic: Traffic;
}

/** What is wanted of deployments: every change of it is one transaction. */
export class Deployments {
  readonly store: DeploymentStore;
  readonly traffic: TrafficStore;
  /** By the deployment's id, of changes that its server may refuse. */
  readonly turns = new Turns();
  readonly #context: EngineContext;
  readonly #keys: DeploymentKeys;

  constructor(context: EngineContext, store: DeploymentStore, keys: DeploymentKeys) {
    this.#context = context;
    this.#keys = keys;
    this.store = store;
    this.traffic = new TrafficStore(context.database);
  }

  /** By name or id. @throws GalleyError `deploy.not_found` */
  get(nameOrId: string): DeploymentSpec {
    const spec = this.store.find(nameOrId);
    if (spec) return spec;
    const names = this.store.list().map(({ name }) => name);
    const nearest = nearestName(nameOrId, names);
    const message = `There is no deployment "${nameOrId}"${nearest ? `; did you mean "${nearest}"?` : '.'}`;
    throw new GalleyError('deploy.not_found', message, { details: { deployment: nameOrId, known: names } });
  }

  /** By name or id. @throws GalleyError `deploy.not_found` */
  wish(nameOrId: string): Wish {
    const spec = this.get(nameOrId);
    return { spec, traffic: this.traffic.of(spec.id) };
  }

  /**
   * The deployment of that name, wanted as running with the target's version. It is made where there is none.
   * @throws GalleyError `deploy.name_taken` where it serves another model
   */
  want(target: DeploymentTarget, name: string, port?: number, logMask?: DeploymentSpec['logMask']): DeploymentSpec {
    return this.#context.database.transaction(() => {
      const existing = this.store.find(name);
      if (existing && existing.model !== target.model) throw nameTaken(existing, target.model);
      const spec: DeploymentSpec = {
        id: existing?.id ?? this.#context.newId('dep'),
        name,
        model: target.model,
        follows: target.follows,
        version: target.version.version,
        wanted: 'running',
        port: port ?? existing?.port ?? null,
        logMask: logMask === undefined ? (existing?.logMask ?? null) : logMask,
        settings: existing?.settings ?? {},
        createdAt: existing?.createdAt ?? this.#context.clock.now(),
      };
      this.store.save(spec);
      const how = target.follows ? `follows ${target.follows}` : 'pinned';
      this.#release(spec, target.version.id, existing ? `started again, ${how}` : `started, ${how}`);
      return spec;
    });
  }

  /**
   * Changes settings, and the port that is wanted where one is given.
   * @throws GalleyError `deploy.key_required` where the network would reach it and it has no key
   */
  configure({ id, name }: DeploymentSpec, change: SettingsChange, port?: number | null): DeploymentSpec {
    return this.#context.database.transaction(() => {
      const settings = changedSettings(this.get(id).settings, change);
      const { host } = wholeSettings(settings).network;
      if (change.network?.host && !isLoopback(host) && !this.#keys.hasAny(id)) throw keyRequired(name, host);
      this.store.setSettings(id, settings);
      if (port !== undefined) this.store.setPort(id, port);
      return this.get(id);
    });
  }

  /**
   * Gives every follower of the alias its version; call it in the transaction that moves the alias.
   * @throws GalleyError `deploy.breaking_version` where one of them runs and its callers may break
   */
  aliasMoved({ model, alias, version, versionId, reason, breaking, acceptBreaking }: AliasMoved): DeploymentSpec[] {
    const followers = this.store.followers(model, alias).filter((spec) => spec.version !== version);
    const running = followers.find(({ wanted }) => wanted === 'running');
    if (running && !acceptBreaking) refuseBreaking(running, version, breaking);
    for (const spec of followers) {
      this.store.setVersion(spec.id, version);
      this.#release({ ...spec, version }, versionId, reason);
    }
    return followers;
  }

  /** Gives a deployment another version, or lets it follow another alias or none. */
  activate(spec: DeploymentSpec, versionId: string, reason: string, kind: Release['kind'] = 'release'): void {
    this.#context.database.transaction(() => {
      this.store.setVersion(spec.id, spec.version);
      this.store.setFollows(spec.id, spec.follows);
      this.#release(spec, versionId, reason, kind);
    });
  }

  /** @param versionIds of the versions that answer beside the active one */
  divide(
    { id, name }: DeploymentSpec,
    traffic: Traffic,
    changes: readonly Pick<Release, 'version' | 'reason'>[],
    versionIds: readonly string[],
  ): void {
    this.#context.database.transaction(() => {
      this.traffic.save(id, traffic);
      const at = this.#context.clock.now();
      for (const change of changes) this.store.addRelease(id, { ...change, at, kind: 'traffic' });
      for (const versionId of versionIds) this.#use(id, name, versionId);
    });
  }

  /**
   * Puts back what was wanted before a change that the server refused. What is otherwise by now than the change made it, as the
   * version of an alias that moved since, stays.
   */
  restore(before: Wish, made: Wish, reason: string): void {
    this.#context.database.transaction(() => {
      const { id } = before.spec;
      const now = this.wish(id);
      const traffic = putBack(before.traffic, made.traffic, now.traffic);
      const spec = putBack(before.spec, made.spec, now.spec);
      // A version that came with another alias goes with it.
      if (made.spec.follows !== before.spec.follows) spec.version = before.spec.version;
      this.store.save(spec);
      this.traffic.save(id, traffic);
      const isMoved = spec.version !== now.spec.version;
      if (!isMoved && isDeepStrictEqual(traffic, now.traffic)) return;
      // The stack of versions is as before: what was pushed is popped, and the other way round.
      const last = this.store.releases(id).findLast((release) => release.kind !== 'traffic');
      const kind = !isMoved ? 'traffic' : last?.kind === 'rollback' ? 'release' : 'rollback';
      this.store.addRelease(id, { version: spec.version, kind, at: this.#context.clock.now(), reason });
    });
  }

  /** Notes that a version goes live, where the one before is another. */
  #release(
    { id, name, version }: DeploymentSpec,
    versionId: string,
    reason: string,
    kind: Release['kind'] = 'release',
  ): void {
    this.traffic.activated(id, version);
    const before = this.store.releases(id).findLast((release) => release.kind !== 'traffic');
    if (before?.version === version) return;
    this.store.addRelease(id, { version, kind, at: this.#context.clock.now(), reason });
    this.#use(id, name, versionId);
  }

  #use(id: string, name: string, versionId: string): void {
    this.#context.uses.add({ kind: 'deployment', id, label: name }, { kind: 'model_version', id: versionId });
  }
}

/** The values of before for all that is still as it was made. */
function putBack<Values extends object>(before: Values, made: Values, now: Values): Values {
  const names = Object.keys(now) as (keyof Values)[];
  const values = names.map((name) => [name, isDeepStrictEqual(now[name], made[name]) ? before[name] : now[name]]);
  return Object.fromEntries(values);
}

/** @throws GalleyError `deploy.breaking_version` where anything breaks */
export function refuseBreaking({ name, model }: DeploymentSpec, version: number, breaking: readonly string[]): void {
  if (breaking.length === 0) return;
  const message = `Version ${version} of ${model} may refuse what callers of ${name} send: ${breaking.join('; ')}.`;
  throw new GalleyError('deploy.breaking_version', message, { details: { deployment: name, version, breaking } });
}

function keyRequired(name: string, host: string): GalleyError {
  const message = `${name} has no API key yet, and at ${host} every machine of the network could call it.`;
  return new GalleyError('deploy.key_required', message, { details: { deployment: name, host } });
}

function nameTaken({ name, model }: DeploymentSpec, wanted: string): GalleyError {
  return new GalleyError('deploy.name_taken', `The deployment "${name}" serves the model ${model}, not ${wanted}.`, {
    details: { deployment: name, model, wanted },
  });
}
