import { GalleyError } from '../base/errors.ts';
import { versionBefore } from '../base/version-stack.ts';
import { listed } from '../base/words.ts';
import type { AliasPreview } from '../contract/package-registry.ts';
import type { EngineContext } from '../jobs/context.ts';
import { breakingChanges } from '../serving/signature-changes.ts';
import { latestAlias, requireModel } from './references.ts';
import { type Holders, refuseHeld } from './registry/holders.ts';
import type { ModelStore, StoredModel, StoredVersion } from './store.ts';

/** A wish to point an alias at a version. */
export interface AliasWish {
  model: string;
  alias: string;
  version: number;
  /** Who wants it: a person, or `pipeline NAME`. */
  by: string;
  reason: string;
  /** Deployments that follow may get a version that refuses what their callers send. */
  acceptBreaking?: boolean;
}

/** A move that is being made. */
export interface AliasMoved extends AliasWish {
  versionId: string;
  previous: number | null;
  /** What breaks for callers of the version before; empty where nothing does. */
  breaking: string[];
}

export type AliasListener = (move: AliasMoved) => void;

/** Where aliases point. A move, its record and what follows from it are one transaction. */
export class Aliases {
  readonly #context: EngineContext;
  readonly #store: ModelStore;
  readonly #holders: Holders;
  readonly #listeners: AliasListener[] = [];

  constructor(context: EngineContext, store: ModelStore, holders: Holders) {
    this.#context = context;
    this.#store = store;
    this.#holders = holders;
  }

  /** The listener is called inside the transaction of every move; what it throws undoes the move. */
  onMoved(listener: AliasListener): void {
    this.#listeners.push(listener);
  }

  /**
   * Points an alias at a version; nothing happens where it points there already. What a listener throws undoes it.
   * @returns the version it pointed at before, null where it is new.
   * @throws GalleyError `package.model_not_found`, `package.version_not_found`, `package.reserved_alias`
   */
  move(wish: AliasWish): number | null {
    requireFreeAlias(wish.alias);
    return this.#move(wish, false);
  }

  /**
   * Points an alias back at the version it had before, however often: an earlier rollback does not count as a move. The
   * way back is open also where it breaks something for callers.
   * @throws GalleyError `package.model_not_found`, `package.no_previous_version`
   */
  rollBack(wish: Omit<AliasWish, 'version'>): { version: number; previous: number | null } {
    const model = requireModel(this.#store, wish.model);
    const version = this.rollbackOf(model, wish.alias);
    if (version === undefined) throw noPreviousVersion(wish);
    return { version, previous: this.#move({ ...wish, version, acceptBreaking: true }, true) };
  }

  /** The version that a rollback of the alias leads to, undefined where there is none. */
  rollbackOf({ id }: StoredModel, alias: string): number | undefined {
    const moves = this.#store.moves(id).filter((move) => move.alias === alias);
    return versionBefore(moves, (version) => this.#store.version(id, version) !== undefined);
  }

  /**
   * Removes an alias that nothing follows; its moves stay, and `rollBack` brings it back.
   * @returns the version it pointed at.
   * @throws GalleyError `package.model_not_found`, `package.alias_not_found`, `package.in_use`
   */
  remove({ model: name, alias, by, reason }: Omit<AliasWish, 'version'>): number {
    const { database, clock, events } = this.#context;
    const model = requireModel(this.#store, name);
    const from = this.#store.aliases(model.id)[alias];
    if (from === undefined) throw aliasNotFound(model.name, alias, Object.keys(this.#store.aliases(model.id)));
    refuseHeld(`The alias ${alias} of ${name}`, 'removed', this.#holders.ofAlias(name, alias));
    const move = { alias, from, to: null, isRollback: false, by, reason, at: clock.now() };
    database.transaction(() => this.#store.moveAlias(model.id, move));
    events.publish({ type: 'phase.changed', phase: 'package', subject: name });
    return from;
  }

  /**
   * What a move would do.
   * @param version where it is to point; the one that a rollback leads to where left out
   * @throws GalleyError `package.model_not_found`, `package.version_not_found`, `package.no_previous_version`
   */
  preview(name: string, alias: string, version?: number): AliasPreview {
    const model = requireModel(this.#store, name);
    const to = version ?? this.rollbackOf(model, alias);
    if (to === undefined) throw noPreviousVersion({ model: name, alias });
    const from = this.#store.aliases(model.id)[alias] ?? null;
    return {
      from,
      to,
      followers: this.#holders.ofAlias(name, alias).map(({ words }) => words),
      breaking: this.#breaking(model, from, requireVersion(this.#store, model, to)),
    };
  }

  #move(wish: AliasWish, isRollback: boolean): number | null {
    const { database, clock, events } = this.#context;
    return database.transaction(() => {
      const model = requireModel(this.#store, wish.model);
      const target = requireVersion(this.#store, model, wish.version);
      const previous = this.#store.aliases(model.id)[wish.alias] ?? null;
      if (previous === wish.version) return previous;
      const { alias, by, reason } = wish;
      this.#store.moveAlias(model.id, {
        alias,
        from: previous,
        to: wish.version,
        isRollback,
        by,
        reason,
        at: clock.now(),
      });
      this.#takeOutOfArchive(model, target, by);
      const breaking = this.#breaking(model, previous, target);
      for (const listener of this.#listeners) listener({ ...wish, versionId: target.id, previous, breaking });
      queueMicrotask(() => events.publish({ type: 'phase.changed', phase: 'package', subject: wish.model }));
      return previous;
    });
  }

  /** What an alias points at is in sight. */
  #takeOutOfArchive(model: StoredModel, { id, version }: StoredVersion, by: string): void {
    const { labels } = this.#store;
    if (labels.ofVersion(id).archivedAt === null) return;
    labels.archiveVersion(id, null);
    const at = this.#context.clock.now();
    labels.record(model.id, { version, kind: 'unarchive', before: null, after: null, by, at });
  }

  #breaking(model: StoredModel, from: number | null, to: StoredVersion): string[] {
    const before = from === null ? undefined : this.#store.version(model.id, from);
    return before ? breakingChanges(before.signature, to.signature) : [];
  }
}

function requireVersion(store: ModelStore, { id, name }: StoredModel, version: number): StoredVersion {
  const found = store.version(id, version);
  if (found) return found;
  throw new GalleyError('package.version_not_found', `"${name}" has no version ${version}.`, {
    details: { model: name, version },
  });
}

function noPreviousVersion({ model, alias }: { model: string; alias: string }): GalleyError {
  const message = `"${alias}" of "${model}" has not pointed at another version before.`;
  return new GalleyError('package.no_previous_version', message, { details: { model, alias } });
}

function aliasNotFound(model: string, alias: string, known: readonly string[]): GalleyError {
  const there = known.length === 0 ? 'It has none.' : `It has ${listed(known)}.`;
  return new GalleyError('package.alias_not_found', `"${model}" has no alias "${alias}". ${there}`, {
    details: { model, alias, known },
  });
}

/** @throws GalleyError `package.reserved_alias` */
export function requireFreeAlias(alias: string): void {
  if (alias !== latestAlias) return;
  throw new GalleyError('package.reserved_alias', `"${alias}" always means the newest version and cannot be moved.`, {
    details: { alias },
  });
}
