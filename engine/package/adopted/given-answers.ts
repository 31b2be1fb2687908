import { GalleyError } from '../../base/errors.ts';
import { suggestName } from '../../base/nearest-name.ts';
import type { GivenAnswers } from '../../contract/package-adopted.ts';
import type { InputValue } from '../../serving/field-rule.ts';
import { predictedClasses } from '../../statistics/classification-metrics.ts';
import { type AdoptedModel, answerRows, frameOfRows } from '../../train/index.ts';
import { classNamed } from './class-names.ts';
import type { RawColumn } from './mapping.ts';

/** How far an answer may lie from the given one, relative where that is more than 1. */
const usualTolerance = 1e-5;
const shownFaults = 5;

interface Fault {
  row: number;
  given: unknown;
  found: unknown;
}

/**
 * Compares what a model says here of some rows with what it said where it was made.
 * @param columns of the model, with their types in the dataset.
 * @throws GalleyError `package.answers_differ` with the first rows that do, `package.answers_unusable`
 */
export function compareGiven(
  model: AdoptedModel,
  columns: readonly RawColumn[],
  given: GivenAnswers,
  tolerance = usualTolerance,
): { rows: number; largest: number } {
  const order = classOrder(model, given);
  const rows = given.rows.map((row, place) => columns.map((column) => givenValue(row, column, place)));
  const { values, labels } = answerRows(model, frameOfRows(columns, rows));
  // Where it was made, nobody knew of a threshold that it is given here.
  const usual = labels && predictedClasses({ classes: model.classes, probabilities: values, labels: [] });
  const width = Math.max(1, model.classes.length);
  const faults: Fault[] = [];
  let largest = 0;
  rows.forEach((_, row) => {
    const found = order.map((place) => values[row * width + place] as number);
    const wanted = given.outputs?.[row];
    if (wanted) {
      if (wanted.length !== found.length)
        throw unusable(`Row ${row} has ${wanted.length} numbers, not ${found.length}.`);
      const difference = Math.max(...wanted.map((value, place) => differenceOf(value, found[place] as number)));
      largest = Math.max(largest, difference);
      if (!(difference <= tolerance)) faults.push({ row, given: wanted, found });
    }
    const label = given.labels?.[row];
    if (label === undefined) return;
    const own = labels && model.classes[labels[row] as number];
    const meant = classNamed(label, model.classes) ?? label;
    const isSaid = meant === own || meant === (usual && model.classes[usual[row] as number]);
    if (!isSaid && !isTied(values.subarray(row * width, (row + 1) * width), tolerance)) {
      faults.push({ row, given: label, found: own });
    }
  });
  const [first] = faults;
  if (first === undefined) return { rows: rows.length, largest };
  const differing = new Set(faults.map(({ row }) => row)).size;
  const message = `The model answers ${differing} of ${rows.length} given rows otherwise here; row ${first.row} gives ${JSON.stringify(first.found)}, where it was made ${JSON.stringify(first.given)}.`;
  const shown = faults.slice(0, shownFaults).map((fault) => ({ ...fault, inputs: given.rows[fault.row] }));
  throw new GalleyError('package.answers_differ', message, { details: { faults: shown, tolerance } });
}

function differenceOf(wanted: number, found: number): number {
  return Math.abs(found - wanted) / Math.max(1, Math.abs(wanted));
}

/** Of two classes that are as likely, libraries take either. A row of which no class is said has nothing to take. */
function isTied(probabilities: Float64Array, tolerance: number): boolean {
  const [first = 1, second = 0] = probabilities.toSorted().reverse();
  return first > 0 && first - second <= 2 * tolerance;
}

/** Where each of the given classes stands among the model's. */
function classOrder({ classes, foreign }: AdoptedModel, given: GivenAnswers): number[] {
  if (given.outputs === undefined && given.labels === undefined)
    throw unusable('There are rows and no answers to them.');
  for (const [name, answers] of Object.entries({ outputs: given.outputs, labels: given.labels })) {
    if (answers !== undefined && answers.length !== given.rows.length) {
      throw unusable(`There are ${given.rows.length} rows and ${answers.length} ${name}.`);
    }
  }
  if (classes.length === 0) return [0];
  const order = (given.classes ?? foreign.classes).map((label) => classes.indexOf(classNamed(label, classes) ?? ''));
  if (!order.includes(-1) && order.length === classes.length) return order;
  throw unusable(`Their classes are ${given.classes?.join(', ')}, those of the model ${classes.join(', ')}.`);
}

function givenValue(row: Record<string, unknown>, { name, type }: RawColumn, place: number): InputValue {
  if (!Object.hasOwn(row, name)) {
    throw unusable(`Row ${place} has no "${name}". ${suggestName(name, Object.keys(row))}`);
  }
  const value = row[name] ?? null;
  if (value === null || value === '') return null;
  if (type === 'boolean')
    return typeof value === 'string' ? value.toLowerCase() === 'true' || value === '1' : Boolean(value);
  if (type === 'text' || type === 'date' || type === 'timestamp') return String(value);
  const number = Number(value);
  if (Number.isNaN(number) && value !== 'NaN' && value !== 'nan') {
    throw unusable(`Row ${place} has ${JSON.stringify(value)} in "${name}", which is ${type}.`);
  }
  return Number.isNaN(number) ? null : number;
}

export function unusable(why: string): GalleyError {
  return new GalleyError('package.answers_unusable', `The given answers cannot be compared. ${why}`);
}
