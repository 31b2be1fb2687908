import type { ColumnProfile } from '../../../engine/contract/data.ts';
import type { Expectation, ExpectationKind } from '../../../engine/contract/data-expectations.ts';

/** How one parameter is asked for. */
export interface FormField {
  name: string;
  label: string;
  form: 'column' | 'columns' | 'number' | 'bound' | 'share' | 'text' | 'values' | 'flag' | 'choice';
  required?: boolean;
  choices?: { value: string; label: string }[];
}

export interface KindForm {
  kind: ExpectationKind;
  label: string;
  fields: FormField[];
}

const column: FormField = { name: 'column', label: 'Column', form: 'column', required: true };
const columns: FormField = { name: 'columns', label: 'Columns', form: 'columns', required: true };
const tolerance: FormField = { name: 'tolerance', label: 'Share of rows that may fail', form: 'share' };
const least = (form: 'number' | 'bound' = 'number'): FormField => ({ name: 'least', label: 'At least', form });
const most = (form: 'number' | 'bound' = 'number'): FormField => ({ name: 'most', label: 'At most', form });
const typeChoices = [
  ['number', 'a number'],
  ['int64', 'a whole number'],
  ['time', 'a date or a time'],
  ['date', 'a date'],
  ['timestamp', 'a date with a time'],
  ['text', 'text'],
  ['boolean', 'true or false'],
].map(([value = '', label = '']) => ({ value, label }));

/** The menu of kinds, the most used first. */
export const kindForms: readonly KindForm[] = [
  {
    kind: 'missing',
    label: 'Seldom missing',
    fields: [column, { name: 'most', label: 'Largest missing share', form: 'share', required: true }],
  },
  {
    kind: 'range',
    label: 'In a range',
    fields: [
      column,
      least('bound'),
      most('bound'),
      { name: 'exclusive', label: 'Without the bounds themselves', form: 'flag' },
      tolerance,
    ],
  },
  {
    kind: 'one-of',
    label: 'One of a set',
    fields: [column, { name: 'values', label: 'Values, one a line', form: 'values', required: true }, tolerance],
  },
  { kind: 'unique', label: 'Different in every row', fields: [columns, tolerance] },
  {
    kind: 'pattern',
    label: 'Matches a pattern',
    fields: [column, { name: 'pattern', label: 'Regular expression', form: 'text', required: true }, tolerance],
  },
  { kind: 'length', label: 'Text length', fields: [column, least(), most(), tolerance] },
  {
    kind: 'type',
    label: 'Of a type',
    fields: [column, { name: 'type', label: 'Type', form: 'choice', choices: typeChoices, required: true }],
  },
  {
    kind: 'columns',
    label: 'Columns are there',
    fields: [
      columns,
      { name: 'ordered', label: 'In this order', form: 'flag' },
      { name: 'only', label: 'And no others', form: 'flag' },
    ],
  },
  { kind: 'rows', label: 'Number of rows', fields: [least(), most()] },
  {
    kind: 'growth',
    label: 'Change of rows',
    fields: [{ ...least(), label: 'At least, as a share: 0.1 is a tenth more' }, most()],
  },
  {
    kind: 'fresh',
    label: 'Fresh',
    fields: [column, { name: 'days', label: 'Days that the newest may be old', form: 'number', required: true }],
  },
  {
    kind: 'monotonic',
    label: 'In order',
    fields: [
      column,
      {
        name: 'direction',
        label: 'Direction',
        form: 'choice',
        choices: [
          { value: 'up', label: 'rising' },
          { value: 'down', label: 'falling' },
        ],
      },
      { name: 'strict', label: 'Never equal', form: 'flag' },
      tolerance,
    ],
  },
  { kind: 'mean', label: 'Mean in a range', fields: [column, least(), most()] },
  {
    kind: 'quantile',
    label: 'Quantile in a range',
    fields: [
      column,
      { name: 'level', label: 'Level, 0.5 is the median', form: 'number', required: true },
      least(),
      most(),
    ],
  },
  {
    kind: 'distribution',
    label: 'Spread as before',
    fields: [
      column,
      { name: 'version', label: 'As in version', form: 'number', required: true },
      { name: 'most', label: 'Largest drift, 0.2 if empty', form: 'number' },
    ],
  },
  {
    kind: 'refers',
    label: 'Found in another dataset',
    fields: [
      columns,
      { name: 'dataset', label: 'Dataset', form: 'text', required: true },
      { name: 'to', label: 'Its columns, one a line', form: 'values', required: true },
    ],
  },
  {
    kind: 'rule',
    label: 'A rule in SQL',
    fields: [{ name: 'sql', label: 'Condition over the columns of a row', form: 'text', required: true }, tolerance],
  },
  { kind: 'present', label: 'Column is there', fields: [column] },
];

/** What stands in the form's fields, all as text, lists and truth as they are. */
export type FormValues = Record<string, string | string[] | boolean>;

/** The fields filled from an expectation. */
export function valuesOf(expectation: Expectation): FormValues {
  return Object.fromEntries(
    Object.entries(expectation).map(([name, value]) => [
      name,
      typeof value === 'boolean' ? value : Array.isArray(value) ? value.map(String) : String(value),
    ]),
  );
}

function isNumberText(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}

/** The types that values of a list have in the file: numbers as numbers where the column has numbers. */
function listValues(list: readonly string[], profile: ColumnProfile | undefined): (string | number | boolean)[] {
  const trimmed = list.filter((text) => text !== '');
  if (profile && profile.type !== 'text' && trimmed.every(isNumberText)) return trimmed.map(Number);
  if (profile?.type === 'boolean') return trimmed.map((text) => text === 'true');
  return trimmed;
}

/** What is wrong with a field, if anything. */
export function fieldProblem(field: FormField, value: FormValues[string] | undefined): string | undefined {
  const isEmpty = value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
  if (isEmpty) return field.required ? 'This is needed.' : undefined;
  if ((field.form === 'number' || field.form === 'share') && !isNumberText(String(value))) return 'A number is needed.';
  if (field.form === 'share' && (Number(value) < 0 || Number(value) > 1)) return 'A share is between 0 and 1.';
  return undefined;
}

/** The expectation that the form says; call it once no field has a problem. */
export function expectationOf(
  form: KindForm,
  values: FormValues,
  common: { severity: 'warn' | 'block'; note: string },
  profile: readonly ColumnProfile[],
): Expectation {
  const members: Record<string, unknown> = { kind: form.kind };
  const about = profile.find(({ name }) => name === values.column);
  for (const { name, form: kind } of form.fields) {
    const value = values[name];
    if (value === undefined || value === '' || value === false) continue;
    if (kind === 'number' || kind === 'share') members[name] = Number(value);
    else if (kind === 'bound') members[name] = isNumberText(String(value)) ? Number(value) : value;
    else if (kind === 'values') members[name] = name === 'values' ? listValues(value as string[], about) : value;
    else members[name] = value;
  }
  if (common.severity === 'block') members.severity = 'block';
  if (common.note.trim() !== '') members.note = common.note.trim();
  return members as unknown as Expectation;
}

/** What the profile knows that helps to choose bounds. */
export function hintOf(kind: ExpectationKind, profile: ColumnProfile | undefined): string | undefined {
  if (!profile) return undefined;
  switch (kind) {
    case 'missing':
      return `${profile.missing} of ${profile.rows} rows are missing it now.`;
    case 'range':
      return profile.minimum === null
        ? undefined
        : `Now from ${String(profile.minimum)} to ${String(profile.maximum)}.`;
    case 'one-of':
      return profile.top.length === 0 ? undefined : `Now ${profile.top.map(({ value }) => value).join(', ')}.`;
    case 'length':
      return profile.lengths ? `Now ${profile.lengths.minimum} to ${profile.lengths.maximum} characters.` : undefined;
    case 'mean':
      return profile.mean === null ? undefined : `Now ${Number(profile.mean.toPrecision(4))}.`;
    case 'quantile':
      return profile.quantiles ? `The median is ${Number((profile.quantiles[2] ?? 0).toPrecision(4))} now.` : undefined;
    default:
      return undefined;
  }
}
