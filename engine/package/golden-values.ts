import { largestFloat32 } from '../base/float32.ts';
import type { FieldSignature } from '../contract/values.ts';
import type { InputValue } from '../serving/field-rule.ts';

export const unseenText = 'a text that no training row had';

/** Whole numbers that float32 holds, and their neighbours that it does not. */
const wholeNumbers = [
  0,
  -1,
  2 ** 24 - 1,
  2 ** 24 + 1,
  -(2 ** 24) - 1,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 53 - 1,
  -(2 ** 53) + 1,
];

const numbers = [0, -0, 0.1, 1e-300, 1e-45, 2 ** 24 + 1, 1e16, largestFloat32, -largestFloat32];

/** First and last days of months and years, leap days and those that are none, and the ends of what ISO dates hold. */
const days = [
  '0001-01-01',
  '1900-02-28',
  '1900-03-01',
  '1969-12-31',
  '1970-01-01',
  '1999-12-31',
  '2000-02-29',
  '2020-12-31',
  '2021-01-03',
  '2023-02-28',
  '2023-03-01',
  '2024-02-29',
  '2024-03-31',
  '2024-12-30',
  '9999-12-31',
];

/** Characters that compare otherwise in another normal form, another case or another width, or that are not seen. */
const texts = [
  '',
  ' ',
  '  \t ',
  unseenText,
  '\u00e9',
  'e\u0301',
  '\ufb01',
  '\uff21',
  '\u0130',
  '\u00df',
  '\u212b',
  'a\u200b',
  '\u00a0a',
  '\u1112\u1161\u11ab',
  '\u{1f427}',
  '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}',
  'Two words, and TWO words again: na\u00efve \u6771\u4eac!',
  'line\nbreak',
  '"quoted"',
  'a\u0000b',
  'Stra\u00dfe \ud800',
];

const mostCategories = 60;

/** Values that a field may get in the worst case, those first that show most; all of them are valid input. */
export function extremeValues(field: FieldSignature): InputValue[] {
  switch (field.type) {
    case 'int64':
      return distinct([null, field.minimum ?? 0, field.maximum ?? 0, ...beside(field), ...wholeNumbers]);
    case 'float64':
    case 'decimal':
      return distinct([null, field.minimum ?? 0, field.maximum ?? 0, ...numbers]);
    case 'boolean':
      return [null, false, true];
    case 'date':
      return [null, ...days];
    case 'timestamp':
      return [null, ...days.flatMap((day) => [`${day}T00:00:00.000Z`, `${day}T23:59:59.999Z`])];
    case 'text':
      return distinct([null, ...(field.categories ?? []).slice(0, mostCategories).flatMap(formsOf), ...texts]);
  }
}

/** The whole numbers beside those that occurred. */
function beside({ minimum, maximum }: FieldSignature): number[] {
  const ends = [(minimum ?? 0) - 1, (maximum ?? 0) + 1];
  return ends.filter((value) => Number.isSafeInteger(value));
}

/** A category, and texts that only look like it. */
function formsOf(category: string): string[] {
  const forms = [category.normalize('NFC'), category.normalize('NFD'), category.normalize('NFKC')];
  return [category, ...forms, category.toUpperCase(), `${category} `];
}

/** Each once; -0 is another value than 0. */
function distinct(values: readonly InputValue[]): InputValue[] {
  return values.filter((value, place) => values.findIndex((one) => Object.is(one, value)) === place);
}
