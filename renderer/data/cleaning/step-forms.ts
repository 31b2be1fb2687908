import type { CleaningStep, StepKind } from '../../../engine/contract/cleaning-steps.ts';
import { columnTypes } from '../../../engine/contract/values.ts';
import { typeWord } from '../column-words.ts';

interface FieldBase {
  member: string;
  label: string;
  hint?: string;
  optional?: boolean;
  /** Shown only where this says so. */
  when?: (step: Record<string, unknown>) => boolean;
}

/** One field of a step's form. */
export type StepField = FieldBase &
  (
    | { control: 'columns' | 'column' | 'text' | 'number' | 'sql' | 'conditions' | 'sort' }
    | { control: 'choice'; options: readonly { value: string; label: string }[]; standard: string }
    | { control: 'switch'; standard: boolean }
    | { control: 'pairs'; from: 'column' | 'text'; to: 'text' | 'type' | 'value'; words: [string, string] }
  );

interface StepForm {
  title: string;
  /** What the menu says beside the title. */
  about: string;
  fields: readonly StepField[];
  /** A new step of the kind. */
  fresh: () => CleaningStep;
}

const by: StepField = { member: 'by', label: 'Time column', control: 'column' };
const group: StepField = { member: 'group', label: 'Within groups of', control: 'columns', optional: true };
const into: StepField = { member: 'into', label: 'New column', control: 'text' };
const choice = (
  member: string,
  label: string,
  standard: string,
  options: Record<string, string>,
  more: Partial<FieldBase> = {},
): StepField => ({
  member,
  label,
  control: 'choice',
  standard,
  options: Object.entries(options).map(([value, text]) => ({ value, label: text })),
  ...more,
});
const keepOriginal: StepField = { member: 'keep', label: 'Keep the original', control: 'switch', standard: true };

/** The form of every kind of step, in the order of the menu. */
export const stepForms: Record<StepKind, StepForm> = {
  filter: {
    title: 'Filter rows',
    about: 'keep or remove rows',
    fields: [
      choice('rows', 'Rows that meet it', 'keep', { keep: 'stay', remove: 'go' }),
      choice('form', 'Condition', 'conditions', { conditions: 'by columns', sql: 'in SQL' }),
      choice(
        'match',
        'Must meet',
        'all',
        { all: 'all of them', any: 'any of them' },
        { when: (step) => step.sql === undefined },
      ),
      { member: 'conditions', label: 'Conditions', control: 'conditions', when: (step) => step.sql === undefined },
      {
        member: 'sql',
        label: 'SQL condition',
        control: 'sql',
        hint: "True or false for each row: amount > 0 AND city = 'Oslo'",
        when: (step) => step.sql !== undefined,
      },
    ],
    fresh: () => ({ kind: 'filter', conditions: [{ column: '', operator: '=', values: [''] }] }),
  },
  fill: {
    title: 'Fill missing',
    about: 'put values where there are none',
    fields: [
      { member: 'columns', label: 'Columns', control: 'columns' },
      choice('with', 'With', 'mean', {
        value: 'a value',
        mean: 'the mean',
        median: 'the median',
        mode: 'the most frequent',
        previous: 'the value before',
        next: 'the value after',
      }),
      { member: 'value', label: 'Value', control: 'text', when: (step) => step.with === 'value' },
      { ...by, optional: true, hint: 'The order of the rows where it is left out.', when: isOrdered },
      { ...group, when: isOrdered },
    ],
    fresh: () => ({ kind: 'fill', columns: [], with: 'mean' }),
  },
  retype: {
    title: 'Change types',
    about: 'read texts as numbers, dates, …',
    fields: [
      { member: 'columns', label: 'Columns', control: 'pairs', from: 'column', to: 'type', words: ['column', 'type'] },
      choice('misfits', 'Values that do not fit', 'refuse', { refuse: 'stop the recipe', missing: 'become missing' }),
      {
        member: 'format',
        label: 'Written as',
        control: 'text',
        optional: true,
        hint: 'For dates that are not ISO 8601: %d.%m.%Y',
      },
      {
        member: 'zone',
        label: 'Time zone',
        control: 'text',
        optional: true,
        hint: 'For times without one: Europe/Paris',
      },
    ],
    fresh: () => ({ kind: 'retype', columns: {} }),
  },
  rename: {
    title: 'Rename columns',
    about: 'other names',
    fields: [
      {
        member: 'columns',
        label: 'Columns',
        control: 'pairs',
        from: 'column',
        to: 'text',
        words: ['column', 'new name'],
      },
    ],
    fresh: () => ({ kind: 'rename', columns: {} }),
  },
  drop: {
    title: 'Drop columns',
    about: 'leave columns out',
    fields: [{ member: 'columns', label: 'Columns', control: 'columns' }],
    fresh: () => ({ kind: 'drop', columns: [] }),
  },
  keep: {
    title: 'Keep columns',
    about: 'only these, in this order',
    fields: [{ member: 'columns', label: 'Columns', control: 'columns' }],
    fresh: () => ({ kind: 'keep', columns: [] }),
  },
  trim: {
    title: 'Tidy texts',
    about: 'spaces, case, composed letters',
    fields: [
      {
        member: 'columns',
        label: 'Columns',
        control: 'columns',
        optional: true,
        hint: 'All texts where it is left out.',
      },
      choice('spaces', 'Spaces', 'ends', { ends: 'take off the ends', all: 'also make runs one', keep: 'keep' }),
      choice('case', 'Letters', 'keep', { keep: 'keep', lower: 'small', upper: 'capital' }),
      choice('unicode', 'Accents', 'keep', { keep: 'keep', nfc: 'compose (NFC)' }),
      choice('empty', 'Empty texts', 'keep', { keep: 'keep', missing: 'become missing' }),
    ],
    fresh: () => ({ kind: 'trim' }),
  },
  map: {
    title: 'Replace values',
    about: 'other values for known ones',
    fields: [
      { member: 'column', label: 'Column', control: 'column' },
      {
        member: 'values',
        label: 'Values',
        control: 'pairs',
        from: 'text',
        to: 'value',
        words: ['value', 'becomes (empty: missing)'],
      },
      choice('others', 'Other values', 'keep', { keep: 'stay', missing: 'become missing', refuse: 'stop the recipe' }),
    ],
    fresh: () => ({ kind: 'map', column: '', values: {} }),
  },
  derive: {
    title: 'Derive a column',
    about: 'by an SQL expression',
    fields: [
      { member: 'column', label: 'Column', control: 'text', hint: 'A new one, or one that gets other values.' },
      { member: 'sql', label: 'SQL expression', control: 'sql', hint: 'Over the columns of the row: price * amount' },
    ],
    fresh: () => ({ kind: 'derive', column: '', sql: '' }),
  },
  deduplicate: {
    title: 'Remove duplicates',
    about: 'one row of those alike',
    fields: [
      {
        member: 'columns',
        label: 'Alike in',
        control: 'columns',
        optional: true,
        hint: 'All columns where it is left out.',
      },
      choice('keep', 'Keep', 'first', { first: 'the first', last: 'the last' }),
    ],
    fresh: () => ({ kind: 'deduplicate' }),
  },
  split: {
    title: 'Split a column',
    about: 'parts of a text as columns',
    fields: [
      { member: 'column', label: 'Column', control: 'column' },
      choice('form', 'Split by', 'delimiter', { delimiter: 'a text between', pattern: 'a pattern' }),
      { member: 'delimiter', label: 'Text between', control: 'text', when: (step) => step.pattern === undefined },
      {
        member: 'pattern',
        label: 'Pattern',
        control: 'text',
        hint: 'A regular expression with a group for each column: ^(\\d+)-(.*)$',
        when: (step) => step.pattern !== undefined,
      },
      { member: 'into', label: 'Into columns', control: 'text', hint: 'Names with commas between.' },
      keepOriginal,
    ],
    fresh: () => ({ kind: 'split', column: '', delimiter: '-', into: [] }),
  },
  combine: {
    title: 'Combine columns',
    about: 'several texts as one',
    fields: [
      { member: 'columns', label: 'Columns', control: 'columns' },
      { member: 'delimiter', label: 'Text between', control: 'text', optional: true },
      into,
      choice('missing', 'Missing parts', 'skip', { skip: 'are left out', missing: 'make it missing' }),
      keepOriginal,
    ],
    fresh: () => ({ kind: 'combine', columns: [], delimiter: ' ', into: '' }),
  },
  lag: {
    title: 'Earlier value',
    about: 'a value some rows before in time',
    fields: [
      { member: 'column', label: 'Column', control: 'column' },
      by,
      { member: 'rows', label: 'Rows before', control: 'number' },
      group,
      into,
    ],
    fresh: () => ({ kind: 'lag', column: '', by: '', rows: 1, into: '' }),
  },
  rolling: {
    title: 'Rolling window',
    about: 'mean, sum, … of the time before',
    fields: [
      { member: 'column', label: 'Column', control: 'column' },
      choice('measure', 'Figure', 'mean', {
        mean: 'mean',
        sum: 'sum',
        min: 'smallest',
        max: 'largest',
        std: 'standard deviation',
        count: 'number of values',
      }),
      by,
      choice('form', 'Window in', 'span', { span: 'time', rows: 'rows' }),
      {
        member: 'span',
        label: 'Length',
        control: 'text',
        hint: '7 days, 12 hours',
        when: (step) => step.rows === undefined,
      },
      { member: 'rows', label: 'Rows', control: 'number', when: (step) => step.rows !== undefined },
      choice('until', 'Ends', 'row', { row: 'with the row', before: 'before the row' }),
      group,
      into,
    ],
    fresh: () => ({ kind: 'rolling', column: '', measure: 'mean', by: '', span: '7 days', into: '' }),
  },
  join: {
    title: 'Join a dataset',
    about: 'its columns beside these',
    fields: [
      { member: 'with', label: 'Dataset', control: 'text', hint: 'NAME, or NAME@3' },
      {
        member: 'keys',
        label: 'Where these are equal',
        control: 'pairs',
        from: 'column',
        to: 'text',
        words: ['column', 'column there'],
      },
      choice('rows', 'Rows without a match', 'left', { left: 'stay', inner: 'go' }),
      choice('duplicates', 'Several matches', 'refuse', {
        refuse: 'stop the recipe',
        first: 'the first counts',
        all: 'all count',
      }),
      { member: 'prefix', label: 'Put before the names', control: 'text', optional: true },
    ],
    fresh: () => ({ kind: 'join', with: '', keys: {} }),
  },
  sample: {
    title: 'Take a sample',
    about: 'some rows, the same ones each time',
    fields: [
      choice('form', 'How many', 'share', { share: 'a share', rows: 'a number of rows' }),
      { member: 'share', label: 'Share (0 to 1)', control: 'number', when: (step) => step.rows === undefined },
      { member: 'rows', label: 'Rows', control: 'number', when: (step) => step.rows !== undefined },
      { member: 'seed', label: 'Seed', control: 'number', optional: true },
      {
        member: 'columns',
        label: 'Together by',
        control: 'columns',
        optional: true,
        hint: 'Rows alike in these are in or out together.',
      },
    ],
    fresh: () => ({ kind: 'sample', share: 0.1 }),
  },
  sort: {
    title: 'Sort rows',
    about: 'another order',
    fields: [{ member: 'by', label: 'By', control: 'sort' }],
    fresh: () => ({ kind: 'sort', by: [{ column: '' }] }),
  },
};

function isOrdered(step: Record<string, unknown>): boolean {
  return step.with === 'previous' || step.with === 'next';
}

/** Members that stand for one another, and what the one that is chosen begins with. */
const formMembers: Partial<Record<StepKind, Record<string, unknown>>> = {
  filter: { conditions: [{ column: '', operator: '=', values: [''] }], sql: '' },
  split: { delimiter: '-', pattern: '' },
  rolling: { span: '7 days', rows: 7 },
  sample: { share: 0.1, rows: 1000 },
};

/** Which of the members that stand for one another a step has. */
export function formOf(step: CleaningStep): string | undefined {
  return Object.keys(formMembers[step.kind] ?? {}).find((member) => member in step);
}

/** A step with another member: the `form` of a step is which of two members it has, all others are members themselves. */
export function withMember(step: CleaningStep, member: string, value: unknown): CleaningStep {
  const next: Record<string, unknown> = { ...step };
  if (member === 'form') {
    const members = formMembers[step.kind] ?? {};
    for (const other of Object.keys(members)) delete next[other];
    next[String(value)] = members[String(value)];
  } else if (value === undefined) delete next[member];
  else next[member] = value;
  if (step.kind === 'fill' && member === 'with') {
    if (value !== 'value') delete next.value;
    if (!isOrdered(next)) {
      delete next.by;
      delete next.group;
    }
  }
  return next as unknown as CleaningStep;
}

export const typeOptions = columnTypes.map((type) => ({ value: type, label: typeWord(type) }));

const isGiven = (value: unknown): boolean =>
  value !== undefined &&
  value !== '' &&
  !(Array.isArray(value) && value.length === 0) &&
  !(typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0);

/** Labels of what a step still needs before it can be previewed. */
export function lacking(step: CleaningStep): string[] {
  const members = step as unknown as Record<string, unknown>;
  return stepForms[step.kind].fields.flatMap((field) => {
    if (field.optional || field.control === 'choice' || field.control === 'switch' || field.when?.(members) === false)
      return [];
    const value = members[field.member];
    const isWhole =
      isGiven(value) &&
      (field.control === 'conditions' || field.control === 'sort'
        ? (value as { column: string }[]).every(({ column }) => column !== '')
        : true);
    return isWhole ? [] : [field.label];
  });
}
