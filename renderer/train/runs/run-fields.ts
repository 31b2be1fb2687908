import {
  type RunField,
  type RunValue,
  type RunView,
  usualRunColumns,
} from '../../../engine/contract/train-tracking.ts';
import { formatMetric } from '../../ui/figure-words.ts';
import { formatCount, formatDuration, formatNumber } from '../../ui/format.ts';
import { metricTitle } from '../../ui/words.ts';

export const firstView: RunView = { columns: usualRunColumns, sort: [] };

const attributeTitles: Record<string, string> = {
  learner: 'Learner',
  score: 'Score',
  metric: 'Ranked by',
  target: 'Predicts',
  task: 'Task',
  dataset: 'Dataset',
  dataset_version: 'Version',
  dataset_identity: 'Identity',
  start_time: 'Made',
  seconds: 'Took',
  number: 'Run',
  run_name: 'Name',
  run_id: 'Id',
  job_id: 'Training',
  sweep: 'Sweep',
  status: 'State',
  features: 'Columns',
  training_rows: 'Trained on',
  holdout_rows: 'Judged on',
  dropped_rows: 'Dropped',
  holdout_looks: 'Looks before',
  note: 'Note',
};

const otherWidths: Record<string, number> = {
  learner: 112,
  run_name: 112,
  seconds: 112,
  note: 260,
  target: 112,
  dataset: 112,
  dataset_identity: 190,
  run_id: 200,
  job_id: 200,
  metric: 100,
  start_time: 84,
};

export interface FieldParts {
  entity: RunField['entity'];
  name: string;
}

/** `metrics.rmse` or metrics.`p95/ms` taken apart. */
export function partsOf(field: string): FieldParts {
  const dot = field.indexOf('.');
  const name = field.slice(dot + 1);
  const isQuoted = name.startsWith('`') && name.endsWith('`') && name.length > 1;
  return {
    entity: field.slice(0, dot) as FieldParts['entity'],
    name: isQuoted ? name.slice(1, -1).replaceAll('``', '`') : name,
  };
}

/** What a column is headed with. */
export function titleOf(field: string): string {
  const { entity, name } = partsOf(field);
  if (entity === 'attributes') return attributeTitles[name] ?? name;
  return entity === 'metrics' ? metricTitle(name) : name;
}

/** What kind of thing a column holds, in one word. */
export function entityTitle(entity: RunField['entity']): string {
  const titles = { metrics: 'Metrics', params: 'Parameters', tags: 'Tags', attributes: 'Of every run' };
  return titles[entity];
}

/** As wide as its title has to be. */
function leastWidthOf(field: string): number {
  return titleOf(field).length * 7 + 28;
}

function widthOf(field: string): number {
  const { entity, name } = partsOf(field);
  const known = entity === 'attributes' ? otherWidths[name] : undefined;
  return Math.min(280, Math.max(leastWidthOf(field) + 6, known ?? (entity === 'tags' ? 120 : 84)));
}

/** The share of its natural width that a column gives way to. */
const narrowest = 0.8;

/**
 * Columns take what room there is, and give way by a fifth before the table has to be scrolled; none is narrower than
 * its title.
 */
export function fittedWidths(fields: readonly string[], room: number): number[] {
  const columns = fields.map((field) => ({ natural: widthOf(field), least: leastWidthOf(field) }));
  const sum = (of: readonly number[]) => of.reduce((whole, one) => whole + one, 0);
  const share = room / sum(columns.map(({ natural }) => natural));
  const isPinned = ({ natural, least }: (typeof columns)[number]) => natural * share < least;
  const left = room - sum(columns.filter(isPinned).map(({ least }) => least));
  const factor = left / sum(columns.filter((column) => !isPinned(column)).map(({ natural }) => natural));
  return columns.map(({ natural, least }) => Math.max(least, Math.floor(natural * Math.max(narrowest, factor))));
}

export function isNumeric(field: string, fields: readonly RunField[]): boolean {
  return fields.find((one) => one.field === field)?.type === 'number';
}

/** A cell in its own digits. @param metric that the run is ranked by, for its score. */
export function showValue(field: string, value: RunValue | undefined, metric?: RunValue): string {
  if (value === null || value === undefined) return '–';
  const { entity, name } = partsOf(field);
  if (entity === 'attributes' && name === 'metric') return metricTitle(String(value));
  if (typeof value !== 'number') return String(value);
  if (entity === 'metrics') return formatMetric(name, value);
  if (entity === 'attributes' && name === 'seconds') return formatDuration(value);
  if (entity === 'attributes' && name === 'score') return formatMetric(String(metric), value);
  if (Number.isInteger(value)) return formatCount(value);
  return entity === 'params' ? String(Number(value.toPrecision(4))).replace('-', '−') : formatNumber(value, 4);
}

/**
 * Whether what was typed is meant as a filter: it compares something. Anything else is words to search for.
 */
export function isFilter(text: string): boolean {
  return (
    /[=<>]/.test(text) ||
    /[\p{L}\p{N}_`"]\s+(not\s+)?(i?like|in|is)\b/iu.test(text) ||
    /^\s*(metrics?|params?|parameters?|tags?|attributes?|attr|run|datasets?)\./i.test(text)
  );
}
