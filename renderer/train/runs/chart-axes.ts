import type { RunField, RunValue } from '../../../engine/contract/train-tracking.ts';
import { partsOf, titleOf } from './run-fields.ts';

/** Runs that a chart draws at the most; a note says where there are more. */
export const mostDrawn = 2000;
/** A text axis with more values would not be read. */
const mostCategories = 40;
/** Metrics that rank runs. */
const usual = ['metrics.r2', 'metrics.roc_auc', 'metrics.log_loss'];

export interface Axis {
  field: string;
  title: string;
  kind: 'value' | 'log' | 'category' | 'time';
  /** Of a text axis, in their order. */
  categories: string[];
}

/** How an axis shows these values: over decades as logarithms, texts as places. */
export function axisOf(field: string, values: readonly RunValue[]): Axis {
  const known = values.filter((value) => value !== null);
  const numbers = known.filter((value) => typeof value === 'number');
  const title = titleOf(field);
  if (field === 'attributes.start_time') return { field, title, kind: 'time', categories: [] };
  if (numbers.length < known.length) {
    const texts = [...new Set(known.map(String))].sort((one, other) =>
      one.localeCompare(other, 'en', { numeric: true }),
    );
    return { field, title, kind: 'category', categories: texts.slice(0, mostCategories) };
  }
  const low = Math.min(...numbers);
  const isWide = numbers.length > 1 && low > 0 && Math.max(...numbers) / low >= 100;
  return { field, title: isWide ? `${title} (log)` : title, kind: isWide ? 'log' : 'value', categories: [] };
}

/** A value as ECharts takes it on an axis; null where it has no place there. */
export function onAxis(axis: Axis, value: RunValue | undefined): number | string | null {
  if (value === null || value === undefined) return null;
  if (axis.kind !== 'category') return typeof value === 'number' ? value : null;
  return axis.categories.includes(String(value)) ? String(value) : null;
}

/** The axes that say most at first: parameters that differ, most frequent first, then the ranking metric. */
export function firstAxes(fields: readonly RunField[]): { axes: string[]; x: string; y: string } {
  const params = fields.filter(({ entity }) => entity === 'params').map(({ field }) => field);
  const known = fields.filter(({ entity }) => entity === 'metrics').map(({ field }) => field);
  const metrics = [
    ...known.filter((field) => usual.includes(field)),
    ...known.filter((field) => !usual.includes(field)),
  ];
  const main = metrics[0] ?? 'attributes.score';
  const numbers = fields.filter(({ entity, type }) => entity === 'params' && type === 'number');
  return {
    axes: ['attributes.learner', ...params.slice(0, 5), ...metrics.slice(0, 2)],
    x: numbers[0]?.field ?? params[0] ?? 'attributes.start_time',
    y: main,
  };
}

/** What can stand on an axis, for a list to choose from. */
export function axisChoices(fields: readonly RunField[]): { value: string; label: string; note: string }[] {
  const notes = { metrics: 'metric', params: 'parameter', tags: 'tag', attributes: '' };
  const hidden = ['run_id', 'job_id', 'note', 'run_name', 'dataset_identity', 'status'];
  return fields
    .filter(({ field, entity }) => entity !== 'attributes' || !hidden.includes(partsOf(field).name))
    .map(({ field, entity }) => ({ value: field, label: titleOf(field), note: notes[entity] }));
}
