import { isoTime } from '../../base/clock.ts';
import { type CardField, type CardPart, cardFields, type packageCardCalls } from '../../contract/package-card.ts';
import type { DataPhase } from '../../data/index.ts';
import type { Handlers } from '../../jobs/context.ts';
import { currentUser } from '../../store/user-name.ts';
import { resolveModel } from '../references.ts';
import type { StoredModel, StoredVersion } from '../store.ts';
import type { Sources } from '../views.ts';
import type { CardFacts } from './card-facts.ts';
import { CardStore, type CurrentText, currentText } from './card-store.ts';
import { collectFacts } from './collect-facts.ts';
import { cardTexts } from './make-card.ts';

export function cardHandlers(sources: Sources, data: DataPhase): Handlers<typeof packageCardCalls> {
  const { context, store } = sources;
  const cards = new CardStore(context.database);
  return {
    async card({ reference }) {
      const { model, version } = resolveModel(store, reference);
      const facts = await cardFacts(sources, data, model, version);
      return {
        model: model.name,
        version: version.version,
        parts: partsOf(textOf(sources, model, version)),
        ...cardTexts(facts),
        history: cards
          .edits(model.id)
          .map((edit) => ({ ...edit, at: isoTime(edit.at) }))
          .reverse(),
      };
    },

    async cardText({ reference, text }) {
      const { model, version } = resolveModel(store, reference);
      const current = textOf(sources, model, version);
      const changed = cardFields.filter((field) => {
        const wanted = text[field]?.trim();
        return wanted !== undefined && wanted !== (current.get(field)?.text ?? '');
      });
      const at = context.clock.now();
      const by = currentUser();
      context.database.transaction(() => {
        for (const field of changed)
          cards.add(model.id, { version: version.version, field, text: (text[field] as string).trim(), at, by });
      });
      if (changed.length > 0) context.events.publish({ type: 'phase.changed', phase: 'package', subject: model.name });
      return { model: model.name, version: version.version, changed };
    },
  };
}

/** What the card of a version tells. */
export function cardFacts(
  sources: Sources,
  data: DataPhase,
  model: StoredModel,
  version: StoredVersion,
): Promise<CardFacts> {
  const written = [...textOf(sources, model, version)].filter(([, { text }]) => text !== '');
  const text: Partial<Record<CardField, string>> = Object.fromEntries(
    written.map(([field, edit]) => [field, edit.text]),
  );
  return collectFacts(sources, data, model, version, text);
}

function textOf({ context, store }: Sources, model: StoredModel, version: StoredVersion): CurrentText {
  const made = new Map(store.versions(model.id).map((one) => [one.version, one.createdAt]));
  return currentText(new CardStore(context.database).edits(model.id), version.version, made);
}

function partsOf(current: CurrentText): CardPart[] {
  return cardFields.map((field): CardPart => {
    const edit = current.get(field);
    return edit
      ? { field, text: edit.text, since: edit.version, at: isoTime(edit.at), by: edit.by }
      : { field, text: '', since: null, at: null, by: null };
  });
}
