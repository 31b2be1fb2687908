import type { ClassificationReport } from '../contract/train-classification.ts';
import type { EvaluationReport, WorstRow } from '../contract/train-evaluation.ts';
import type { Contributions, Dependence } from '../contract/train-explanations.ts';
import type { FairnessReport } from '../contract/train-fairness.ts';
import type { ModelTests } from '../contract/train-model-tests.ts';
import type { RegressionReport } from '../contract/train-regression.ts';
import { formatNumber, table } from './table.ts';

type Rows = Parameters<typeof table>[1];

/** Lines of a section that a terminal shows; `--json` has all. */
const mostLines = 10;
const mostWorstRows = 5;
/** Classes that stand beside each other as a matrix; of more, the most frequent confusions are listed. */
const widestMatrix = 8;

/** How good a run is and why, as far as it fits a terminal. */
export function reportLines(report: EvaluationReport): string[] {
  const { headline, metrics, importance, shap, slices, classification, regression, worst, fairness, tests } = report;
  const { learningCurve, warnings } = report;
  return [
    headline.title,
    headline.detail,
    '',
    ...table(
      ['metric', 'value', '95 % interval', 'baseline'],
      metrics.map((metric) => [metric.name, metric.value, interval(metric), metric.baseline]),
    ),
    ...(classification === null ? [] : classificationLines(classification)),
    ...(regression === null ? [] : regressionLines(regression)),
    ...section(
      `What ${importance?.metric} loses when a column is shuffled`,
      (importance?.columns ?? []).map((column) => [
        column.name,
        column.value,
        interval(column),
        column.withinChance ? 'within chance' : '',
      ]),
    ),
    ...section(
      `What a column adds to or takes from an answer on average (SHAP, ${shap?.unit.replace('_', ' ')})`,
      (shap?.columns ?? []).map(({ name, mean }) => [name, mean]),
    ),
    ...section(
      `Where it is worst (${slices?.loss.replace('_', ' ')}, ${slices?.looked} slices looked at)`,
      (slices?.slices ?? []).map((slice) => [slice.says, `${slice.rows} rows`, slice.loss.value, interval(slice.loss)]),
    ),
    ...worstLines(worst),
    ...section(
      `${learningCurve?.metric} with more rows`,
      (learningCurve?.points ?? []).map(({ rows, mean, low, high }) => [rows, mean, interval({ low, high })]),
    ),
    ...fairness.flatMap(fairnessLines),
    ...(tests === null ? [] : ['', ...testLines(tests)]),
    ...warnings.map(({ message }) => `Warning: ${message}`),
  ];
}

function classificationLines({ classes, confusion, curves, threshold }: ClassificationReport): string[] {
  return [
    ...confusionLines(classes, confusion),
    ...titled(
      threshold === null
        ? ''
        : `Labels go by the threshold ${formatNumber(threshold.current)}; other rules would choose`,
      ['', 'threshold', 'precision', 'recall', 'f1'],
      (threshold?.suggestions ?? []).map(({ says, point, metrics }) => [
        says,
        point?.threshold ?? 'none',
        metrics.precision,
        metrics.recall,
        metrics.f1,
      ]),
    ),
    ...titled(
      'How far probabilities are from the shares that came true',
      ['class', 'expected error', 'largest error'],
      curves.map(({ class: label, calibration }) => [label, calibration.expectedError, calibration.largestError]),
    ),
  ];
}

/** Rows of the holdout by true and predicted class. */
export function confusionLines(classes: readonly string[], confusion: readonly (readonly number[])[]): string[] {
  if (classes.length <= widestMatrix) {
    return titled(
      'Rows by true class (down) and predicted class (across)',
      ['', ...classes],
      confusion.map((row, index) => [classes[index], ...row]),
    );
  }
  const confused = confusion.flatMap((row, actual) =>
    row.flatMap((rows, predicted) =>
      actual === predicted || rows === 0 ? [] : [{ actual: classes[actual], predicted: classes[predicted], rows }],
    ),
  );
  return titled(
    'Classes that are taken for others most often',
    ['truth', 'predicted', 'rows'],
    confused
      .toSorted((one, other) => other.rows - one.rows)
      .map(({ actual, predicted, rows }) => [actual, predicted, rows]),
  );
}

function regressionLines({ residuals, intervals }: RegressionReport): string[] {
  return [
    '',
    'Residuals (truth - prediction) by prediction',
    ...table(
      ['from', 'to', 'rows', 'mean', '5 %', 'median', '95 %'],
      residuals.map((bin) => [bin.from, bin.to, bin.rows, bin.mean, bin.lower, bin.median, bin.upper]),
    ),
    ...section(
      'Prediction intervals',
      (intervals?.levels ?? []).map(({ level, halfWidth, coverage }) => [
        `${100 * level} %`,
        `± ${formatNumber(halfWidth)}`,
        `hold ${formatNumber(100 * (coverage.value ?? 0))} % of the holdout`,
      ]),
    ),
  ];
}

function worstLines(worst: readonly WorstRow[]): string[] {
  const hasClasses = worst.some(({ probability }) => probability !== null);
  return titled(
    'Rows that it is furthest off, counted from 1 as in data rows and train explain',
    ['row', 'truth', 'predicted', 'loss', ...(hasClasses ? ['probability of the truth'] : [])],
    worst
      .slice(0, mostWorstRows)
      .map(({ row, actual, predicted, loss, probability }) => [
        String(row + 1),
        actual,
        predicted,
        loss,
        ...(hasClasses ? [probability] : []),
      ]),
  );
}

/** How a group of people is treated. */
export function fairnessLines({ by, groups, leftOut, differences, says }: FairnessReport): string[] {
  const figures = Object.keys(groups.find(({ tooSmall }) => !tooSmall)?.figures ?? {});
  return [
    '',
    says,
    ...table(
      [by, 'rows', ...figures],
      groups.map(({ group, n, tooSmall, figures: of }) =>
        tooSmall ? [group, n, 'too few rows'] : [group, n, ...figures.map((name) => of[name]?.value)],
      ),
    ),
    ...(leftOut ? [`${leftOut} rows are in no group: their value is missing or rare.`] : []),
    ...Object.entries(differences).map(
      ([name, estimate]) =>
        `${name.replaceAll('_', ' ')} ${estimate.value === null ? 'undefined' : formatNumber(estimate.value)}, 95 % interval ${interval(estimate)}`,
    ),
  ];
}

export function testLines({ file, results }: ModelTests): string[] {
  const words = (passed: boolean | null) => (passed === null ? 'not run' : passed ? 'passed' : 'FAILED');
  return [
    ...table(
      [file, '', ''],
      results.map(({ name, passed, found }) => [name, words(passed), found]),
    ),
  ];
}

export function explanationLines(explanation: Contributions): string[] {
  const { row, class: label, unit, base, total, answer, actual, columns } = explanation;
  const what = label === null ? 'answer' : `probability of ${label}`;
  const truth = actual === null ? '' : `, really ${actual}`;
  return [
    `${row === null ? 'The given row' : `Row ${row + 1}`}: ${what} ${formatNumber(answer)}${truth}`,
    ...table(
      [unit.replace('_', ' '), '', 'adds', 'error'],
      [
        ['on average', '', base, null],
        ...columns.map(({ name, value, contribution, error }) => [name, shown(value), contribution, error || null]),
        ['together', '', total, null],
      ],
    ),
    '',
  ];
}

/** The mean answer for each value of a column. */
export function dependenceLines({ column, kind, class: label, rows, values, mean, density }: Dependence): string[] {
  const written = (value: string | number | null) =>
    kind === 'time' && typeof value === 'number' ? timeInWords(value) : shown(value);
  return [
    `${label === null ? 'Mean answer' : `Mean probability of ${label}`} of ${formatNumber(rows)} rows when ${column} is set to a value`,
    ...table(
      [column, 'mean', 'share of rows'],
      values.map((value, index) => [written(value), mean[index], density[index]]),
    ),
  ];
}

/** `2015-03-20` at midnight, as a date is; else with its time. */
function timeInWords(time: number): string {
  return new Date(time).toISOString().replace('T00:00:00.000Z', '');
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return 'missing';
  return typeof value === 'number' ? formatNumber(value) : String(value);
}

function interval({ low, high }: { low: number | null; high: number | null }): string {
  return low === null || high === null ? '' : `${formatNumber(low)} to ${formatNumber(high)}`;
}

/** A table under its title; nothing where there are no rows. */
function titled(title: string, header: string[], rows: Rows): string[] {
  return rows.length === 0 ? [] : ['', title, ...table(header, rows.slice(0, mostLines)), ...further(rows)];
}

/** A table without a header under its title. */
function section(title: string, rows: Rows): string[] {
  const header = (rows[0] ?? []).map(() => '');
  return rows.length === 0 ? [] : ['', title, ...table(header, rows.slice(0, mostLines)).slice(1), ...further(rows)];
}

function further({ length }: Rows): string[] {
  return length > mostLines ? [`and ${length - mostLines} more: --json has all`] : [];
}
