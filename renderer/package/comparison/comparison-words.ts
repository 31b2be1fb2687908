import type { VersionComparison } from '../../../engine/contract/package-comparison.ts';
import { formatBytes, formatCount, formatNumber, formatPercent, formatQuantity, formatScore } from '../../ui/format.ts';
import { isShare, lowerIsBetter, metricTitle } from '../../ui/words.ts';

type Predictions = VersionComparison['predictions'];
type Answer = Predictions['largest'][number]['a'];

/** A line of what two versions have each of. */
export interface Fact {
  name: string;
  note?: string;
  a: string;
  b: string;
  better: 'a' | 'b' | null;
}

/** Size, speed, then the metrics. */
export function factsOf({ a, b, speed, metrics }: VersionComparison): Fact[] {
  const fact = (name: string, of: { a: number; b: number }, format: (value: number) => string, note: string): Fact => ({
    name,
    note,
    a: format(of.a),
    b: format(of.b),
    better: null,
  });
  return [
    ...metrics.map((metric) => ({
      name: metricTitle(metric.name),
      note: lowerIsBetter(metric.name) ? 'less is better' : undefined,
      a: score(metric.name, metric.a),
      b: score(metric.name, metric.b),
      better: metric.better,
    })),
    fact('Size', { a: a.bytes, b: b.bytes }, formatBytes, 'of the ONNX file'),
    fact('One row', speed.oneRow, milliseconds, `median of ${speed.oneRow.runs}`),
    fact(formatQuantity(speed.batch.rows, 'row'), speed.batch, milliseconds, `median of ${speed.batch.runs}`),
  ];
}

function score(metric: string, value: number | null): string {
  return isShare(metric) ? formatScore(value) : formatNumber(value);
}

function milliseconds(value: number): string {
  return `${formatNumber(value)} ms`;
}

/** The finding, as the page's title. */
export function headlineOf({ a, b, predictions }: VersionComparison): string {
  const { labelsDiffer, meanDifference, answer, rows } = predictions;
  const two = `${a.reference} and ${b.reference}`;
  if (rows.count === 0) return `${two} had no rows to answer`;
  if (labelsDiffer === null)
    return meanDifference === 0
      ? `${two} give the same answers`
      : `${two} are ${formatNumber(meanDifference)} of ${answer} apart on average`;
  if (labelsDiffer === 0) return `${two} give the same labels`;
  return `${two} give ${formatPercent(labelsDiffer)} of the rows another label`;
}

export function rowsInWords({ rows }: Predictions): string {
  const part = rows.count < rows.of ? ` of ${formatCount(rows.of)}` : '';
  return `${formatQuantity(rows.count, 'row')}${part} of ${rows.reference}: ${rows.chosen}`;
}

export function machineInWords({ machine }: VersionComparison['speed']): string {
  return `measured in turn on one thread of ${machine.cpu} (${formatQuantity(machine.cores, 'core')}, ${machine.platform}) with ONNX Runtime ${machine.onnxruntime}`;
}

/** What happened between the two datasets. */
export function dataInWords({ a, b, data }: VersionComparison): string[] {
  if (data.same) return ['Both were trained on the same rows and columns.'];
  const ofBoth = [a, b].map(({ reference, dataset }) => {
    const rows = dataset.rows === null ? 'which is gone' : formatQuantity(dataset.rows, 'row');
    return `${reference} was trained on ${dataset.name}@${dataset.version}, ${rows}.`;
  });
  const shared =
    data.sharedRows === null
      ? []
      : [`${formatQuantity(data.sharedRows, 'row')} of the newer data are in the older too.`];
  const columns = [
    ...(data.added.length > 0 ? [`New columns: ${data.added.join(', ')}.`] : []),
    ...(data.removed.length > 0 ? [`Columns that went: ${data.removed.join(', ')}.`] : []),
    ...(data.retyped.length > 0 ? [`Columns of another type: ${data.retyped.join(', ')}.`] : []),
  ];
  return [...ofBoth, ...shared, ...columns];
}

export function answerText({ label, value }: Answer): string {
  return label === null ? formatNumber(value) : `${label} (${formatScore(value)})`;
}

/** A value of a recipe: a list by its length and first members, the rest as JSON. */
export function recipeValue(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(String).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
