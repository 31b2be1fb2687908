import { figure } from '../../base/figures.ts';
import { type Frame, type FrameColumn, findColumn } from '../../base/frame.ts';
import { targetReader } from '../../base/label-target.ts';
import { count, listed } from '../../base/words.ts';
import type { GateCheck } from '../../contract/retrain-artifacts.ts';
import { type ModelFile, scoreRows } from '../../package/index.ts';
import { predictedClasses } from '../../statistics/classification-metrics.ts';
import { rawValue } from '../../train/index.ts';

/** A row that was answered otherwise than it must be. */
export interface GoldenMiss {
  /** From 1, as people count rows. */
  row: number;
  expected: string;
  found: string;
}

/** How a version answered golden rows; `lacks` where a column is missing that it or the comparison needs. */
export type GoldenFound = { rows: number; missed: GoldenMiss[] } | { lacks: string[] };

/** How far a number may lie from the expected one where nothing else is said, relative where that is more than 1. */
const usualTolerance = 1e-6;
/** Rows that a refusal names. */
const namedRows = 5;

/**
 * Compares a version's answers with those that are expected: labels must be the same, numbers within the tolerance. Rows
 * without an expected answer are passed over.
 */
export async function compareGolden(
  model: ModelFile,
  frame: Frame,
  tolerance: number | undefined,
  stop: () => void,
): Promise<GoldenFound> {
  const { signature } = model;
  const lacks = [...signature.inputs.map(({ name }) => name), signature.target].filter(
    (name) => findColumn(frame, name) === undefined,
  );
  if (lacks.length > 0) return { lacks };
  const target = findColumn(frame, signature.target) as FrameColumn;
  const rows = Int32Array.from({ length: frame.rows }, (_, row) => row).filter((row) => rawValue(target, row) !== null);
  const { classes, values, threshold } = await scoreRows(model, frame, rows, stop);
  const labels = classes.length > 0 && predictedClasses({ classes, probabilities: values, labels: [], threshold });
  const indexOf = targetReader(signature);
  const missed = Array.from(rows, (row, place): GoldenMiss | null => {
    const expected = String(rawValue(target, row));
    const found = labels ? (classes[labels[place] as number] as string) : String(values[place]);
    const isMet = labels
      ? indexOf(expected) === labels[place]
      : isNear(values[place] as number, Number(expected), tolerance);
    return isMet ? null : { row: row + 1, expected, found };
  });
  return { rows: rows.length, missed: missed.filter((miss) => miss !== null) };
}

function isNear(found: number, expected: number, tolerance = usualTolerance * Math.max(1, Math.abs(expected))) {
  return Math.abs(found - expected) <= tolerance;
}

/** @param reference of the dataset with its version */
export function goldenCheck(found: GoldenFound, reference: string): GateCheck {
  return { name: 'golden set', ...verdict() };

  function verdict(): Pick<GateCheck, 'passed' | 'detail'> {
    if ('lacks' in found)
      return { passed: false, detail: `the golden rows of ${reference} have no ${listed(found.lacks)}` };
    const { rows, missed } = found;
    if (rows === 0) return { passed: false, detail: `${reference} has no row with an expected answer` };
    if (missed.length === 0)
      return { passed: true, detail: `it answers ${count(rows, 'row')} of ${reference} as expected` };
    const named = missed
      .slice(0, namedRows)
      .map(({ row, expected, found }) => `row ${row} ${told(found)} instead of ${told(expected)}`);
    const more = missed.length > namedRows ? '; …' : '';
    return {
      passed: false,
      detail: `it answers ${missed.length} of ${count(rows, 'row')} of ${reference} otherwise: ${named.join('; ')}${more}`,
    };
  }
}

function told(value: string): string {
  const number = Number(value);
  return value.trim() === '' || !Number.isFinite(number) ? value : figure(number);
}
