import { GalleyError } from '../base/errors.ts';
import { versionBefore } from '../base/version-stack.ts';
import type { EngineContext } from '../jobs/context.ts';
import { breakingChanges } from '../serving/signature-changes.ts';
import { latestAlias, requireModel } from './references.ts';
import type { ModelStore } from './store.ts';

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
  readonly #listeners: AliasListener[] = [];

  constructor(context: EngineContext, store: ModelStore) {
    this.#context = context;
    this.#store = store;
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
    const version = versionBefore(this.#store.moves(model.id).filter(({ alias }) => alias === wish.alias));
    if (version === undefined) {
      const message = `"${wish.alias}" of "${wish.model}" has not pointed at another version before.`;
      throw new GalleyError('package.no_previous_version', message, {
        details: { model: wish.model, alias: wish.alias },
      });
    }
    return { version, previous: this.#move({ ...wish, version, acceptBreaking: true }, true) };
  }

  #move(wish: AliasWish, isRollback: boolean): number | null {
    const { database, clock, events } = this.#context;
    return database.transaction(() => {
      const model = requireModel(this.#store, wish.model);
      const target = this.#store.version(model.id, wish.version);
      if (!target) {
        throw new GalleyError('package.version_not_found', `"${wish.model}" has no version ${wish.version}.`, {
          details: { model: wish.model, version: wish.version },
        });
      }
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
      const before = previous === null ? undefined : this.#store.version(model.id, previous);
      const breaking = before ? breakingChanges(before.signature, target.signature) : [];
      for (const listener of this.#listeners) listener({ ...wish, versionId: target.id, previous, breaking });
      queueMicrotask(() => events.publish({ type: 'phase.changed', phase: 'package', subject: wish.model }));
      return previous;
    });
  }
}

/** @throws GalleyError `package.reserved_alias` */
export function requireFreeAlias(alias: string): void {
  if (alias !== latestAlias) return;
  throw new GalleyError('package.reserved_alias', `"${alias}" always means the newest version and cannot be moved.`, {
    details: { alias },
  });
}
