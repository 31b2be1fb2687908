import type { ColumnMark } from '../../contract/data-privacy.ts';
import type { ColumnType } from '../../contract/values.ts';
import {
  isCardNumber,
  isEmail,
  isIban,
  isInternationalPhone,
  isIpAddress,
  isNationalNumber,
  isPhoneLike,
} from './identifiers.ts';
import { givenNames, type NameTopic, nameWords, streetPattern } from './word-lists.ts';

export interface MarkSuggestion {
  mark: ColumnMark;
  why: string;
}

/** Some values of a column, missing ones left out, as text. */
export interface ColumnSample {
  name: string;
  type: ColumnType;
  values: readonly string[];
}

/** Fewer values are no evidence. */
const fewestValues = 5;
/** Numbers that pass a check digit by chance one time in ten need more. */
const fewestNumbers = 20;
const nearlyAll = 0.9;
const mostCategories = 40;
/** Names of people are many: fewer different ones name kinds of things. */
const manyNames = 20;

/** The words of a column's name without accents: `dateOfBirth`, `date_of_birth` and `Date of Birth` are the same. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== '');
}

/** Long words may begin a compound, as in `Telefonnummer`. */
function isAbout(name: string, topic: NameTopic): boolean {
  const words = wordsOf(name);
  const joined = words.join('');
  return (nameWords[topic] as readonly string[]).some(
    (known) => joined === known || words.some((word) => word === known || (known.length > 5 && word.startsWith(known))),
  );
}

function share(values: readonly string[], holds: (value: string) => boolean): number {
  return values.length === 0 ? 0 : values.filter((value) => holds(value.trim())).length / values.length;
}

function percent(part: number): string {
  return part === 1 ? 'All' : `${Math.floor(100 * part)} % of the`;
}

function plain(value: string): string {
  return value.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

function namesSomebody(value: string): boolean {
  return plain(value)
    .split(/[^a-z]+/)
    .some((word) => givenNames.has(word));
}

function isStreet(value: string): boolean {
  const text = plain(value);
  return /\d/.test(text) && /[a-z]{3}/.test(text) && streetPattern.test(text);
}

interface Recogniser {
  /** What the values are, as `All values are …`. */
  what: string;
  holds(value: string): boolean;
  least: number;
  fewest: number;
}

const recognisers: readonly Recogniser[] = [
  { what: 'e-mail addresses', holds: isEmail, least: 0.8, fewest: fewestValues },
  { what: 'IBANs whose check digits are right', holds: isIban, least: 0.8, fewest: fewestValues },
  { what: 'telephone numbers', holds: isInternationalPhone, least: nearlyAll, fewest: fewestValues },
  { what: 'IP addresses', holds: isIpAddress, least: 0.95, fewest: fewestValues },
  { what: 'street addresses', holds: isStreet, least: 0.6, fewest: fewestNumbers },
];
const numberRecognisers: readonly Recogniser[] = [
  { what: 'payment card numbers whose check digit is right', holds: isCardNumber, least: 0.95, fewest: fewestNumbers },
  {
    what: 'national numbers of persons whose check digits are right',
    holds: isNationalNumber,
    least: 0.95,
    fewest: fewestNumbers,
  },
];

function byContent({ type, values }: ColumnSample): MarkSuggestion | undefined {
  const possible = type === 'text' ? [...recognisers, ...numberRecognisers] : type === 'int64' ? numberRecognisers : [];
  for (const { what, holds, least, fewest } of possible) {
    const part = values.length >= fewest ? share(values, holds) : 0;
    if (part >= least) return { mark: 'personal', why: `${percent(part)} values are ${what}.` };
  }
  return undefined;
}

/** What a name promises is believed only where the values do not speak against it. */
function byName(sample: ColumnSample): MarkSuggestion | undefined {
  const { name, type, values } = sample;
  const different = new Set(values).size;
  if (values.length < fewestValues) return undefined;
  if (isAbout(name, 'person') && type === 'text' && different >= Math.min(manyNames, values.length / 2)) {
    const part = share(values, namesSomebody);
    if (part >= 0.2) return { mark: 'personal', why: `It is called "${name}", and many values hold given names.` };
  }
  if (isAbout(name, 'phone') && (type === 'text' || type === 'int64') && share(values, isPhoneLike) >= nearlyAll)
    return { mark: 'personal', why: `It is called "${name}", and the values are like telephone numbers.` };
  if (isAbout(name, 'birth') && isBirth(sample))
    return { mark: 'personal', why: `It is called "${name}", and the values are dates of the last 120 years.` };
  return sensitiveByName(sample, different);
}

function isBirth({ type, values }: ColumnSample): boolean {
  if (type !== 'date' && type !== 'timestamp' && type !== 'int64' && type !== 'text') return false;
  const isYear = (value: string) =>
    /^(19|20)\d{2}(-\d{2}-\d{2}.*)?$/.test(value) || /^\d{1,2}[./]\d{1,2}[./](19|20)?\d{2}$/.test(value);
  return share(values, isYear) >= nearlyAll;
}

const genders = new Set(
  'm f w d x h v male female man woman boy girl men women diverse divers other nonbinary mann frau mannlich weiblich homme femme masculin feminin hombre mujer masculino femenino feminino uomo donna maschio femmina'.split(
    ' ',
  ),
);
const peoples =
  /^(white|black|asian|hispanic|latino|latina|caucasian|african|native|pacific|mixed|weiss|schwarz|blanc|noir|blanco|negro|arab|roma|indian|chinese)/;

function sensitiveByName({ name, type, values }: ColumnSample, different: number): MarkSuggestion | undefined {
  const isCategory = different <= mostCategories && type !== 'float64';
  const sensitive = (what: string): MarkSuggestion => ({
    mark: 'sensitive',
    why: `It is called "${name}", and ${what}.`,
  });
  const isGender = (value: string) => genders.has(plain(value)) || /^[0129]$/.test(value);
  if (isAbout(name, 'gender') && different <= 8 && share(values, isGender) >= nearlyAll)
    return sensitive('the values are genders');
  if (isAbout(name, 'religion') && type === 'text' && isCategory) return sensitive('it has few different texts');
  if (
    isAbout(name, 'ethnicity') &&
    type === 'text' &&
    isCategory &&
    share(values, (value) => peoples.test(plain(value))) >= 0.5
  )
    return sensitive('the values are peoples or colours of skin');
  if (isAbout(name, 'health') && isCategory && different >= 2) return sensitive('it has few different values');
  if (isAbout(name, 'marital') && type === 'text' && different <= 12) return sensitive('it has few different texts');
  const isAge = (value: string) => Number(value) >= 0 && Number(value) <= 120;
  if (
    wordsOf(name).length === 1 &&
    isAbout(name, 'age') &&
    (type === 'int64' || type === 'float64') &&
    share(values, isAge) === 1
  )
    return sensitive('the values are between 0 and 120');
  return undefined;
}

/**
 * What a column may tell of people, by its content and its name. A name alone is never enough: the values must be of the
 * kind that it promises. Content alone is enough where it has a form of its own.
 */
export function suggestMark(sample: ColumnSample): MarkSuggestion | undefined {
  return byContent(sample) ?? byName(sample);
}
