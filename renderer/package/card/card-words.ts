import type { CardField } from '../../../engine/contract/package-card.ts';

export interface PartWords {
  title: string;
  /** What belongs there. */
  placeholder: string;
}

/** What the parts of a card that an author writes are called and asked for. */
export const partWords: Readonly<Record<CardField, PartWords>> = {
  overview: { title: 'Overview', placeholder: 'What it is, in a few sentences.' },
  intended_use: { title: 'Intended use', placeholder: 'Who uses it, for which decision, on which cases.' },
  out_of_scope: { title: 'Out-of-scope use', placeholder: 'What it must not be used for.' },
  limits: { title: 'Limits and risks', placeholder: 'Where it fails, and what that would cost.' },
  ethics: { title: 'Ethical considerations', placeholder: 'Whom it may harm, and what was done about it.' },
  contact: { title: 'Contact', placeholder: 'Whom to ask.' },
  license: { title: 'Licence', placeholder: 'Apache-2.0, or another' },
};
