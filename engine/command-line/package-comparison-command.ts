import { metricName } from '../base/words.ts';
import type { VersionComparison } from '../contract/package-comparison.ts';
import { type Command, given } from './command.ts';
import { table } from './table.ts';

export const packageComparisonCommand: Command = {
  words: 'package compare',
  usage: 'MODEL[@V] MODEL[@V] [--on DATASET[@V]]',
  summary: 'Compares two versions: data, recipe, metrics, size, speed, and their answers to the same rows.',
  example: 'galley package compare price@3 price@4',
  flags: { on: { type: 'string' } },
  positionals: { minimum: 2, maximum: 2 },
  call: 'package.compare',
  input: ([a, b], flags) => given({ a, b, on: flags.on }),
  print: comparisonLines,
};

/** What a comparison found, for people. */
export function comparisonLines({
  a,
  b,
  data,
  recipe,
  metrics,
  speed,
  predictions,
  sameHoldout,
}: VersionComparison): string[] {
  const text = (value: unknown) => (value === undefined || value === null ? 'none' : JSON.stringify(value));
  const better = { a: a.reference, b: b.reference };
  return [
    ...table(
      ['', a.reference, b.reference, 'better'],
      [
        ['learner', a.learner, b.learner, ''],
        ['dataset', datasetText(a), datasetText(b), ''],
        ['bytes of ONNX', a.bytes, b.bytes, a.bytes === b.bytes ? '' : a.bytes < b.bytes ? a.reference : b.reference],
        ['ms for one row', speed.oneRow.a.toFixed(3), speed.oneRow.b.toFixed(3), ''],
        [`ms for ${speed.batch.rows} rows`, speed.batch.a.toFixed(3), speed.batch.b.toFixed(3), ''],
        ...metrics.map((metric) => [
          metricName(metric.name),
          metric.a ?? 'none',
          metric.b ?? 'none',
          metric.better === null ? '' : better[metric.better],
        ]),
      ],
    ),
    ...(sameHoldout ? [] : ['The metrics were measured on different rows.']),
    `Measured on ${speed.machine.cpu}, ${speed.machine.cores} cores, ${speed.machine.platform}, ONNX Runtime ${speed.machine.onnxruntime}.`,
    dataLine(data),
    ...recipe.map((change) => `${change.path}: ${text(change.a)} → ${text(change.b)}`),
    '',
    ...predictionLines(predictions),
  ];
}

function datasetText({ dataset }: VersionComparison['a']): string {
  return `${dataset.name}@${dataset.version}${dataset.rows === null ? ', deleted' : `, ${dataset.rows} rows`}`;
}

function dataLine({ same, sharedRows, added, removed, retyped }: VersionComparison['data']): string {
  if (same) return 'Both were trained on the same data.';
  const columns = [
    ...added.map((name) => `+${name}`),
    ...removed.map((name) => `-${name}`),
    ...retyped.map((name) => `~${name}`),
  ];
  const rows =
    sharedRows === null ? 'One of the datasets is gone' : `${sharedRows} rows of the newer data were in the older`;
  return `${rows}; columns: ${columns.length === 0 ? 'the same' : columns.join(' ')}.`;
}

function predictionLines(predictions: VersionComparison['predictions']): string[] {
  const { rows, answer, labelsDiffer, meanDifference, maxDifference, byColumn, largest } = predictions;
  const share = labelsDiffer === null ? '' : `${(100 * labelsDiffer).toFixed(1)} % of labels differ; `;
  return [
    `${rows.count} rows of ${rows.reference} (${rows.chosen}): ${share}answers differ by ${meanDifference.toPrecision(3)} on average, ${maxDifference.toPrecision(3)} at most (${answer}).`,
    ...byColumn.slice(0, 5).map(({ name, values }) => {
      const [most] = values;
      return most ? `  ${name}: most at ${most.text} (${most.rows} rows), ${most.meanDifference.toPrecision(3)}` : name;
    }),
    ...table(
      ['row', 'first', 'second', 'difference'],
      largest.slice(0, 5).map((one) => [one.row, answerText(one.a), answerText(one.b), one.difference.toPrecision(3)]),
    ),
  ];
}

function answerText({ label, value }: { label: string | null; value: number }): string {
  return label === null ? value.toPrecision(4) : `${label} (${value.toPrecision(3)})`;
}
