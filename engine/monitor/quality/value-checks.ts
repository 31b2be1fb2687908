import { count } from '../../base/words.ts';
import type { ColumnQuality, QualityCheck } from '../../contract/monitor-quality.ts';
import type { FieldSignature } from '../../contract/values.ts';
import type { DriftColumn } from '../../statistics/drift.ts';
import { changedShares, exceedsShare, outsideMass, type Part, unseenMass } from '../../statistics/incoming-rows.ts';
import { type ColumnCounts, columnTotal, type QualityCounts } from './quality-counts.ts';

/** Chance that any column of unchanged rows is called unusual, for each kind of check. */
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
  /** Share of rows with a category that the training part does not have. */
  unseen: number | null;
  outOfRange: number | null;
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
  return columns.map(({ field: { name, type }, missing }) => ({
    name,
    type,
    isMasked: masked.has(name),
    ...columnTotal(spans, name),
    missingBefore: missing.rows === 0 ? null : missing.hits / missing.rows,
  }));
}

/** What is unusual of the values of each input; one good check of a kind where nothing of it is. */
export function valueChecks(columns: readonly ExpectedColumn[], counts: QualityCounts): QualityCheck[] {
  const counted = columns.map((column) => ({ ...column, counts: columnTotal(counts.spans, column.field.name) }));
  const judged = counted.filter(({ counts }) => counts.rows >= leastRows);
  const rows = counts.spans.reduce((sum, span) => sum + span.rows, 0);
  if (judged.length === 0) return rows === 0 ? [] : [tooFew(rows)];
  return [
    ...orGood(missingChecks(judged), 'missing', 'No input misses other shares of its values than in training.'),
    ...(judged.some(({ unseen }) => unseen !== null)
      ? orGood(unseenChecks(judged), 'unseen', 'Categories are those of the training part.')
      : []),
    ...(judged.some(({ outOfRange }) => outOfRange !== null)
      ? orGood(rangeChecks(judged), 'range', 'Numbers lie in the range of the training part.')
      : []),
  ];
}

type CountedColumn = ExpectedColumn & { counts: ColumnCounts };

function missingChecks(columns: readonly CountedColumn[]): QualityCheck[] {
  const pairs = columns.map(({ missing, counts }) => ({
    before: missing,
    now: { hits: counts.missing, rows: counts.rows },
  }));
  const verdicts = changedShares(pairs, { rate: falseAlarmRate, leastDifference });
  return columns.flatMap(({ field: { name } }, index) => {
    const { share, expected, isUnusual } = verdicts[index] as (typeof verdicts)[number];
    if (!isUnusual || share === null || expected === null) return [];
    const more = share > expected;
    return [
      {
        kind: 'missing' as const,
        column: name,
        light: lightOf(share - expected),
        value: share,
        expected,
        says: `${name} is missing in ${percent(share)} of the rows, in training in ${percent(expected)}. ${
          more
            ? 'Look at whether its source still delivers it, and under this name.'
            : 'Look at whether its source now fills in a value where there was none.'
        }`,
      },
    ];
  });
}

function unseenChecks(columns: readonly CountedColumn[]): QualityCheck[] {
  const judged = columns.filter(({ unseen }) => unseen !== null);
  return judged.flatMap(({ field: { name }, unseen, counts }) => {
    const present = { hits: counts.unseen, rows: counts.rows - counts.missing };
    const { share, isUnusual } = exceedsShare(present, unseen as number, {
      level: 1 - falseAlarmRate / judged.length,
      leastDifference,
    });
    if (!isUnusual || share === null) return [];
    const says =
      `${percent(share)} of the values of ${name} are categories that the training part does not have` +
      ` (about ${percent(unseen as number)} were to be expected). Look for new or renamed categories, and train with them.`;
    return [
      {
        kind: 'unseen' as const,
        column: name,
        light: lightOf(share - (unseen as number)),
        value: share,
        expected: unseen,
        says,
      },
    ];
  });
}

function rangeChecks(columns: readonly CountedColumn[]): QualityCheck[] {
  const judged = columns.filter(({ outOfRange }) => outOfRange !== null);
  const infinite = columns.flatMap(({ field: { name }, counts }) =>
    counts.infinite > 0 ? [infinity(name, counts)] : [],
  );
  const outside = judged.flatMap(({ field, outOfRange, counts }) => {
    const present = { hits: counts.outOfRange, rows: counts.rows - counts.missing };
    const { share, isUnusual } = exceedsShare(present, outOfRange as number, {
      level: 1 - falseAlarmRate / judged.length,
      leastDifference,
    });
    if (!isUnusual || share === null) return [];
    const says =
      `${percent(share)} of the values of ${field.name} are outside of ${rangeWords(field)}, the range of the training part.` +
      ' Look at whether its unit changed; the model answers from what it knows at the edge.';
    return [
      {
        kind: 'range' as const,
        column: field.name,
        light: lightOf(share - (outOfRange as number)),
        value: share,
        expected: outOfRange,
        says,
      },
    ];
  });
  return [...infinite, ...outside];
}

function infinity(name: string, { infinite, rows }: ColumnCounts): QualityCheck {
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
