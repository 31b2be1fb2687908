import Type, { type Static } from 'typebox';
import { command, query } from './call.ts';
import { Nullable, Time } from './values.ts';

/** Parts of a model card that its author writes, in the order of the card; `license` is one line, the rest Markdown. */
export const cardFields = [
  'overview',
  'intended_use',
  'out_of_scope',
  'limits',
  'ethics',
  'contact',
  'license',
] as const;
export type CardField = (typeof cardFields)[number];
export const CardField = Type.Enum([...cardFields]);

/** Characters of one part. */
export const longestCardText = 20_000;

const Text = Type.String({ maxLength: longestCardText });

/** Parts to write; an empty text takes a part away. */
const CardText = Type.Partial(
  Type.Object({
    overview: Text,
    intended_use: Text,
    out_of_scope: Text,
    limits: Text,
    ethics: Text,
    contact: Text,
    license: Type.String({ maxLength: 200, pattern: '^[^\\r\\n]*$', description: 'one line' }),
  }),
);

const CardPart = Type.Object({
  field: CardField,
  /** Empty where nobody wrote any. */
  text: Type.String(),
  /** The version that it was written for: an earlier one hands it on. Null where nobody wrote any. */
  since: Nullable(Type.Integer()),
  at: Nullable(Time),
  by: Nullable(Type.String()),
});
export type CardPart = Static<typeof CardPart>;

/** One change of a part; `text` is what it became. */
const CardChange = Type.Object({
  version: Type.Integer(),
  field: CardField,
  text: Type.String(),
  at: Time,
  by: Type.String(),
});

/** `MODEL`, `MODEL@3` or `MODEL@alias`. */
const reference = Type.String({ minLength: 1 });

export const packageCardCalls = {
  card: query(
    'package.card',
    'The model card of a version: what its author wrote and what is known of it.',
    Type.Object({ reference }),
    Type.Object({
      model: Type.String(),
      version: Type.Integer(),
      parts: Type.Array(CardPart),
      /** One page that asks for nothing. */
      html: Type.String(),
      /** With the metadata that Hugging Face reads; pictures are in it. */
      markdown: Type.String(),
      /** Newest first. */
      history: Type.Array(CardChange),
    }),
  ),
  cardText: command(
    'package.cardText',
    'Writes parts of the model card of a version; they hold for later versions too, until those have others.',
    Type.Object({
      reference,
      text: CardText,
    }),
    Type.Object({ model: Type.String(), version: Type.Integer(), changed: Type.Array(CardField) }),
  ),
};
