import type { EngineContext } from '../../jobs/context.ts';
import { currentUser } from '../../store/user-name.ts';
import { requireModel, resolveModel } from '../references.ts';
import type { ModelStore, StoredModel, StoredVersion } from '../store.ts';
import { type Hold, type Holders, refuseHeld } from './holders.ts';
import type { ChangeKind, Labels } from './label-store.ts';

/** A model, or one of its versions. */
export interface RegistrySubject {
  model: StoredModel;
  version?: StoredVersion;
}

/** `MODEL` is the model itself, with `@` it is one of its versions. @throws GalleyError as `resolveModel` */
export function resolveSubject(store: ModelStore, reference: string): RegistrySubject {
  return reference.includes('@') ? resolveModel(store, reference) : { model: requireModel(store, reference) };
}

/** `price` or `price@3`. */
export function subjectName({ model, version }: RegistrySubject): string {
  return version ? `${model.name}@${version.version}` : model.name;
}

/** `key=value`, or the plain word. */
export function tagText(key: string, value: string): string {
  return value === '' ? key : `${key}=${value}`;
}

/** What people say about models and versions, and the archive. Every change is written down with who made it. */
export class Registry {
  readonly #context: EngineContext;
  readonly #store: ModelStore;
  readonly #holders: Holders;

  constructor(context: EngineContext, store: ModelStore, holders: Holders) {
    this.#context = context;
    this.#store = store;
    this.#holders = holders;
  }

  labelsOf({ model, version }: RegistrySubject): Labels {
    return version ? this.#store.labels.ofVersion(version.id) : this.#store.labels.ofModel(model.id);
  }

  /** Puts tags on; one that is there gets the new value. */
  tag(reference: string, tags: Record<string, string>): Labels {
    const { labels } = this.#store;
    return this.#change(reference, (subject, record) => {
      const before = this.labelsOf(subject).tags;
      for (const [key, value] of Object.entries(tags)) {
        const old = before[key];
        if (old === value) continue;
        if (subject.version) labels.tagVersion(subject.version.id, key, value);
        else labels.tagModel(subject.model.id, key, value);
        record('tag', old === undefined ? null : tagText(key, old), tagText(key, value));
      }
    });
  }

  /** Takes tags away; those that are not there are passed over. */
  untag(reference: string, keys: readonly string[]): Labels {
    const { labels } = this.#store;
    return this.#change(reference, (subject, record) => {
      const before = this.labelsOf(subject).tags;
      for (const key of keys) {
        const old = before[key];
        if (old === undefined) continue;
        if (subject.version) labels.untagVersion(subject.version.id, key);
        else labels.untagModel(subject.model.id, key);
        record('untag', tagText(key, old), null);
      }
    });
  }

  /** An empty text takes the description away; the one before stays in the history. */
  describe(reference: string, description: string): Labels {
    const { labels } = this.#store;
    return this.#change(reference, (subject, record) => {
      const before = this.labelsOf(subject).description;
      if (before === description) return;
      if (subject.version) labels.describeVersion(subject.version.id, description);
      else labels.describeModel(subject.model.id, description);
      record('describe', before, description);
    });
  }

  /** Puts a model or a version out of sight. @throws GalleyError `package.in_use` */
  archive(reference: string): Labels {
    return this.#change(reference, (subject, record) => {
      if (this.labelsOf(subject).archivedAt !== null) return;
      refuseHeld(
        subjectName(subject),
        'archived',
        this.holdsOf(subject).filter(({ isLive }) => isLive),
      );
      this.#setArchived(subject, this.#context.clock.now());
      record('archive', null, null);
    });
  }

  unarchive(reference: string): Labels {
    return this.#change(reference, (subject, record) => {
      if (this.labelsOf(subject).archivedAt === null) return;
      this.#setArchived(subject, null);
      record('unarchive', null, null);
    });
  }

  /** Why a subject has to stay: aliases that point at a version, and what later phases say. */
  holdsOf({ model, version }: RegistrySubject): Hold[] {
    if (version) {
      const aliases = Object.entries(this.#store.aliases(model.id)).filter(([, at]) => at === version.version);
      return [
        ...aliases.map(([alias]) => ({ words: `the alias ${alias} points at it`, isLive: true })),
        ...this.#holders.ofVersion(model.name, version.version),
      ];
    }
    return this.#holders.ofModel(model.name);
  }

  #setArchived({ model, version }: RegistrySubject, at: number | null): void {
    if (version) this.#store.labels.archiveVersion(version.id, at);
    else this.#store.labels.archiveModel(model.id, at);
  }

  #change(
    reference: string,
    change: (
      subject: RegistrySubject,
      record: (kind: ChangeKind, before: string | null, after: string | null) => void,
    ) => void,
  ): Labels {
    const { database, clock, events } = this.#context;
    const subject = resolveSubject(this.#store, reference);
    const { model, version } = subject;
    database.transaction(() =>
      change(subject, (kind, before, after) =>
        this.#store.labels.record(model.id, {
          version: version?.version ?? null,
          kind,
          before,
          after,
          by: currentUser(),
          at: clock.now(),
        }),
      ),
    );
    events.publish({ type: 'phase.changed', phase: 'package', subject: model.name });
    return this.labelsOf(subject);
  }
}
