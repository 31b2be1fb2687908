import Type, { type Static } from 'typebox';
import { type CardField, cardFields, longestCardText } from '../../contract/package-card.ts';
import { Metrics, Name, TaskKind } from '../../contract/values.ts';
import { currentUser } from '../../store/user-name.ts';
import { CardStore, currentText } from '../card/card-store.ts';
import { resolveModel } from '../references.ts';
import type { StoredModel, StoredVersion } from '../store.ts';
import type { Sources } from '../views.ts';

const Identity = Type.String({ pattern: '^sha256:[0-9a-f]{64}$' });
const Tags = Type.Record(Type.String({ maxLength: 250 }), Type.String({ maxLength: 5000 }));
const Description = Type.String({ maxLength: 20_000 });
const Count = Type.Integer({ minimum: 1, maximum: 1_000_000_000 });
const ModelId = Type.String({ pattern: '^mdl_[0-9a-zA-Z-]{1,64}$' });

/** What is said of a model (docs/formats.md, "Project in Git"). */
export const ModelPointer = Type.Object({
  format: Type.Literal(1),
  id: ModelId,
  name: Name,
  target: Type.String({ minLength: 1, maxLength: 10_000 }),
  description: Description,
  tags: Tags,
  aliases: Type.Record(Name, Count),
});
export type ModelPointer = Static<typeof ModelPointer>;

/** What a version of a model is made of and what is said of it, without its file. */
export const ModelVersionPointer = Type.Object({
  format: Type.Literal(1),
  id: Type.String({ pattern: '^mv_[0-9a-zA-Z-]{1,64}$' }),
  model: Name,
  version: Count,
  task: TaskKind,
  learner: Type.String({ maxLength: 200 }),
  dataset: Type.Object({ name: Type.String({ maxLength: 200 }), version: Type.Integer(), identity: Identity }),
  /** `sha256:…` of the recipe as canonical JSON. */
  recipe_hash: Identity,
  recipe: Type.Record(Type.String(), Type.Unknown()),
  metrics: Metrics,
  onnx: Type.Object({ sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }), bytes: Type.Integer({ minimum: 0 }) }),
  description: Description,
  tags: Tags,
  /** Parts that its author wrote. */
  card: Type.Partial(
    Type.Object(
      Object.fromEntries(cardFields.map((field) => [field, Type.String({ maxLength: longestCardText })])) as Record<
        CardField,
        ReturnType<typeof Type.String>
      >,
    ),
  ),
});
export type ModelVersionPointer = Static<typeof ModelVersionPointer>;

/** Models as pointers, and what pointers from elsewhere say of models that are here. */
export class ModelPointers {
  readonly #sources: Sources;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** In the order in which they were made, with their versions. */
  all(): { model: ModelPointer; versions: ModelVersionPointer[] }[] {
    const { store } = this.#sources;
    return store.models().map((model) => ({
      model: this.#ofModel(model),
      versions: store.versions(model.id).map((version) => this.#ofVersion(model, version)),
    }));
  }

  /** Whether the project has the version. */
  has({ model, version, id }: ModelVersionPointer): boolean {
    const found = this.#sources.store.model(model);
    return found !== undefined && this.#sources.store.version(found.id, version)?.id === id;
  }

  /** Whether the project has the model and every version that it has aliases for. */
  hasAll({ id, name, aliases }: ModelPointer): boolean {
    const { store } = this.#sources;
    const model = store.model(name);
    return model?.id === id && Object.values(aliases).every((version) => store.version(id, version) !== undefined);
  }

  /**
   * Gives a model that is here the description, tags and aliases that a pointer names; an alias of a version that is not
   * here is left as it is. Call it in a transaction.
   * @throws GalleyError `package.…` where an alias cannot be moved
   */
  applyModel(pointer: ModelPointer): void {
    const { store, registry, aliases } = this.#sources;
    const model = store.model(pointer.name);
    if (!model || model.id !== pointer.id) return;
    this.#label(model.name, registry.labelsOf({ model }), pointer);
    const before = store.aliases(model.id);
    const by = currentUser();
    const reason = 'by a change that came through Git';
    for (const alias of Object.keys(before))
      if (!(alias in pointer.aliases)) aliases.remove({ model: model.name, alias, by, reason });
    for (const [alias, version] of Object.entries(pointer.aliases)) {
      if (before[alias] === version || !store.version(model.id, version)) continue;
      aliases.move({ model: model.name, alias, version, by, reason });
    }
  }

  /** Gives a version that is here the description, tags and card that a pointer names; call it in a transaction. */
  applyVersion(pointer: ModelVersionPointer): void {
    if (!this.has(pointer)) return;
    const { context, store, registry } = this.#sources;
    const reference = `${pointer.model}@${pointer.version}`;
    const { model, version } = resolveModel(store, reference);
    this.#label(reference, registry.labelsOf({ model, version }), pointer);
    const cards = new CardStore(context.database);
    const before = this.#card(model, version);
    for (const field of cardFields) {
      const text = (pointer.card[field] ?? '').trim();
      if (text === (before[field] ?? '')) continue;
      cards.add(model.id, {
        version: version.version,
        field,
        text,
        at: context.clock.now(),
        by: currentUser(),
      });
    }
    context.events.publish({ type: 'phase.changed', phase: 'package', subject: model.name });
  }

  #label(
    reference: string,
    before: { tags: Record<string, string>; description: string },
    { tags, description }: { tags: Record<string, string>; description: string },
  ): void {
    const { registry } = this.#sources;
    const gone = Object.keys(before.tags).filter((key) => !(key in tags));
    if (gone.length > 0) registry.untag(reference, gone);
    registry.tag(reference, tags);
    registry.describe(reference, description);
  }

  #card(model: StoredModel, version: StoredVersion): Partial<Record<CardField, string>> {
    const { context, store } = this.#sources;
    const made = new Map(store.versions(model.id).map((one) => [one.version, one.createdAt]));
    const current = currentText(new CardStore(context.database).edits(model.id), version.version, made);
    return Object.fromEntries(
      cardFields.flatMap((field) => {
        const text = current.get(field)?.text ?? '';
        return text === '' ? [] : [[field, text]];
      }),
    );
  }

  #ofModel(model: StoredModel): ModelPointer {
    const { store } = this.#sources;
    const { tags, description } = store.labels.ofModel(model.id);
    const { id, name, target } = model;
    return { format: 1, id, name, target, description, tags, aliases: store.aliases(id) };
  }

  #ofVersion(model: StoredModel, version: StoredVersion): ModelVersionPointer {
    const { store, train } = this.#sources;
    const run = train.stored(version.runId);
    const { tags, description } = store.labels.ofVersion(version.id);
    const { recipe, recipeHash, datasetName, datasetVersion, metrics } = run;
    return {
      format: 1,
      id: version.id,
      model: model.name,
      version: version.version,
      task: recipe.task,
      learner: recipe.learner,
      dataset: { name: datasetName, version: datasetVersion, identity: recipe.dataset },
      recipe_hash: recipeHash,
      recipe: recipe as unknown as Record<string, unknown>,
      metrics,
      onnx: { sha256: version.onnxHash.replace(/^sha256:/, ''), bytes: version.onnxBytes },
      description,
      tags,
      card: this.#card(model, version),
    };
  }
}
