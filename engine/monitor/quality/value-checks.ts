import { count } from '../../base/words.ts';
import type { ColumnQuality, QualityCheck } from '../../contract/monitor-quality.ts';
import type { FieldSignature } from '../../contract/values.ts';
import type { DriftColumn } from '../../statistics/drift.ts';
import type { Part } from '../../statistics/fisher-exact.ts';
import {
  changedShare,
  type ExpectedShare,
  exceedingShare,
  outsideMass,
  type ShareTest,
  unseenMass,
  unusualShares,
} from '../../statistics/incoming-rows.ts';
import { type ColumnCounts, columnTotal, type QualityCounts } from './quality-counts.ts';

/** Chance that anything is called unusual of any column of unchanged rows. */
const falseAlarmRate = 0.05;
/** A share must be so far from what is expected to be a warning, and so far to be bad. */
const leastDifference = 0.02;
const badDifference = 0.2;
/** With fewer rows nothing is said of shares. */
const leastRows = 30;

/** An input with what is expected of it. */
export interface ExpectedColumn {
  field: FieldSignature;
  /** Missing values of the reference. */
  missing: Part;
  /** Of values with a category that the training part does not have. */
  unseen: ExpectedShare | null;
  outOfRange: ExpectedShare | null;
}

export function expectedColumn(field: FieldSignature, reference: DriftColumn): ExpectedColumn {
  const values = Array.from<number | string | null>(reference.values);
  const present = values.filter((value) => value !== null && !Number.isNaN(value));
  const isCategory = field.categories !== undefined;
  const hasRange = !isCategory && (typeof field.minimum === 'number' || typeof field.maximum === 'number');
  return {
    field,
    missing: { hits: values.length - present.length, rows: values.length },
    unseen: isCategory ? unseenMass(present.map(String)) : null,
    outOfRange: hasRange && present.length > 0 ? outsideMass(present.length) : null,
  };
}

/** Counts of each input over a whole range. */
export function columnQualities(columns: readonly ExpectedColumn[], { spans, masked }: QualityCounts): ColumnQuality[] {
  return columns.map(({ field: { name, type }, missing }) => {
    const { masked: _, ...counts } = columnTotal(spans, name);
    const missingBefore = missing.rows === 0 ? null : missing.hits / missing.rows;
    return { name, type, isMasked: masked.has(name), ...counts, missingBefore };
  });
}

/** What is unusual of the values of each input; one good check of a kind where nothing of it is. */
export function valueChecks(columns: readonly ExpectedColumn[], counts: QualityCounts): QualityCheck[] {
  const counted = columns.map((column) => ({ ...column, counts: columnTotal(counts.spans, column.field.name) }));
  const judged = counted.filter(({ counts }) => counts.rows >= leastRows);
  const rows = counts.spans.reduce((sum, span) => sum + span.rows, 0);
  if (judged.length === 0) return rows === 0 ? [] : [tooFew(rows)];
  const tests = judged.flatMap(testsOf);
  const isUnusual = unusualShares(tests, { rate: falseAlarmRate, leastDifference });
  const unusual = tests.filter((_, index) => isUnusual[index]).map(checkOf);
  const ofKind = (kind: ValueTest['kind']) => unusual.filter((check) => check.kind === kind);
  const isTested = (kind: ValueTest['kind']) => tests.some((test) => test.kind === kind);
  const infinite = judged.filter(({ counts }) => counts.infinite > 0).map(infinity);
  return [
    ...orGood(ofKind('missing'), 'missing', 'No input misses other shares of its values than in training.'),
    ...(isTested('unseen') ? orGood(ofKind('unseen'), 'unseen', 'Categories are those of the training part.') : []),
    ...(isTested('range')
      ? orGood([...infinite, ...ofKind('range')], 'range', 'Numbers lie in the range of the training part.')
      : infinite),
  ];
}

type CountedColumn = ExpectedColumn & { counts: ColumnCounts };

interface ValueTest extends ShareTest {
  kind: 'missing' | 'unseen' | 'range';
  field: FieldSignature;
}

function testsOf({ field, missing, unseen, outOfRange, counts }: CountedColumn): ValueTest[] {
  const present = (hits: number) => ({ hits, rows: counts.rows - counts.missing });
  return [
    { kind: 'missing', field, ...changedShare(missing, { hits: counts.missing, rows: counts.rows }) },
    ...(unseen ? [{ kind: 'unseen' as const, field, ...exceedingShare(unseen, present(counts.unseen)) }] : []),
    ...(outOfRange
      ? [{ kind: 'range' as const, field, ...exceedingShare(outOfRange, present(counts.outOfRange)) }]
      : []),
  ];
}

function checkOf(test: ValueTest): QualityCheck {
  const [value, expected] = [test.share ?? 0, test.expected ?? 0];
  const says = words[test.kind](test.field, value, expected);
  return { kind: test.kind, column: test.field.name, light: lightOf(value - expected), value, expected, says };
}

const words: Record<ValueTest['kind'], (field: FieldSignature, share: number, expected: number) => string> = {
  missing: ({ name }, share, expected) => {
    const lookAt =
      share > expected
        ? 'Look at whether its source still delivers it, and under this name.'
        : 'Look at whether its source now fills in a value where there was none.';
    return `${name} is missing in ${percent(share)} of the rows, in training in ${percent(expected)}. ${lookAt}`;
  },
  unseen: ({ name }, share, expected) =>
    `${percent(share)} of the values of ${name} are categories that the training part does not have` +
    ` (about ${percent(expected)} were to be expected). Look for new or renamed categories, and train with them.`,
  range: (field, share) =>
    `${percent(share)} of the values of ${field.name} are outside of ${rangeWords(field)}, the range of the training part.` +
    ' Look at whether its unit changed; the model answers from what it knows at the edge.',
};

function infinity({ field: { name }, counts: { infinite, rows } }: CountedColumn): QualityCheck {
  return {
    kind: 'range',
    column: name,
    light: 'warning',
    value: infinite / rows,
    expected: 0,
    says: `${name} is infinite in ${count(infinite, 'row')}. Look for a division by zero where it is made.`,
  };
}

function tooFew(rows: number): QualityCheck {
  return {
    kind: 'missing',
    column: null,
    light: 'unknown',
    value: rows,
    expected: leastRows,
    says: `${count(rows, 'row')} are too few to say anything of values; ${leastRows} are needed.`,
  };
}

function orGood(checks: QualityCheck[], kind: QualityCheck['kind'], says: string): QualityCheck[] {
  return checks.length > 0 ? checks : [{ kind, column: null, light: 'good', value: null, expected: null, says }];
}

function lightOf(difference: number): 'warning' | 'bad' {
  return Math.abs(difference) >= badDifference ? 'bad' : 'warning';
}

function rangeWords({ minimum, maximum }: FieldSignature): string {
  const [low, high] = [minimum, maximum].map((bound) => (typeof bound === 'number' ? figure(bound) : null));
  if (low === null) return `at most ${high}`;
  return high === null ? `at least ${low}` : `${low} to ${high}`;
}

function figure(value: number): string {
  return Number(value.toPrecision(6)).toLocaleString('en-US', { maximumFractionDigits: 6 });
}

/** `2.5 %`. */
export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}
