import type { OutputOf } from '../contract/call.ts';
import { type CardField, cardFields, type packageCardCalls } from '../contract/package-card.ts';
import { type Command, type Flags, usageError } from './command.ts';
import { fileText } from './file-text.ts';

const many = { type: 'string', multiple: true } as const;

export const packageCardCommands: Command[] = [
  {
    words: 'package card',
    usage: 'MODEL[@V] [--set PART=TEXT]... [--file PART=FILE]...',
    summary: `Prints the model card of a version as Markdown, or writes parts of it: ${cardFields.join(', ')}.`,
    example: 'galley package card price --set "intended_use=Prices of flats in Berlin"',
    flags: { set: many, file: many },
    positionals: { minimum: 1, maximum: 1 },
    call: (flags) => (writes(flags) ? 'package.cardText' : 'package.card'),
    input: ([reference], flags) => (writes(flags) ? { reference, text: textOf(flags) } : { reference }),
    print: (answer: OutputOf<typeof packageCardCalls.card> | OutputOf<typeof packageCardCalls.cardText>) =>
      'markdown' in answer ? answer.markdown.trimEnd().split('\n') : changedLines(answer),
  },
];

function changedLines({ model, version, changed }: OutputOf<typeof packageCardCalls.cardText>): string[] {
  const card = `the card of ${model}, version ${version}`;
  return [changed.length === 0 ? `Nothing changed in ${card}.` : `Wrote ${changed.join(', ')} in ${card}.`];
}

function writes(flags: Flags): boolean {
  return flags.set !== undefined || flags.file !== undefined;
}

/** What `--set` gives and what the files of `--file` hold. @throws GalleyError `cli.usage` */
function textOf(flags: Flags): Partial<Record<CardField, string>> {
  const text: Partial<Record<CardField, string>> = {};
  const put = (field: CardField, value: string) => {
    if (text[field] !== undefined) throw usageError(`The part ${field} is given twice.`);
    text[field] = value;
  };
  for (const given of listOf(flags.set)) {
    const [field, value] = partOf(given, 'set');
    put(field, value);
  }
  for (const given of listOf(flags.file)) {
    const [field, path] = partOf(given, 'file');
    put(field, fileText(path));
  }
  return text;
}

function listOf(value: Flags[string]): string[] {
  return Array.isArray(value) ? value : [];
}

function partOf(given: string, flag: string): [CardField, string] {
  const [, name = '', value = ''] = /^([^=]*)=([\s\S]*)$/.exec(given) ?? [];
  const field = cardFields.find((known) => known === name);
  if (field === undefined)
    throw usageError(
      `--${flag} takes PART=${flag === 'set' ? 'TEXT' : 'FILE'} with one of ${cardFields.join(', ')}, not "${given}".`,
    );
  return [field, value];
}
