import type { RunField } from '../../../contract/train-tracking.ts';

export type Entity = RunField['entity'];

/** What a filter, an order or a column of the table of runs is about. */
export interface Field {
  entity: Entity;
  name: string;
  /** Parameters and tags hold texts that may read as numbers. */
  type: 'number' | 'text' | 'time' | 'mixed';
}

export interface Attribute {
  name: string;
  type: 'number' | 'text' | 'time';
  /** Expression over `run_facts`. */
  sql: string;
  note: string;
  /** Other names, MLflow's among them. */
  aliases?: string[];
}

/** What every run has, in the order of completions. */
export const attributes: readonly Attribute[] = [
  { name: 'learner', type: 'text', sql: 'facts.learner', note: 'baseline, linear, trees …' },
  { name: 'score', type: 'number', sql: 'facts.score', note: 'the metric that ranks the run' },
  { name: 'metric', type: 'text', sql: 'facts.metric', note: 'name of the metric that ranks the run' },
  { name: 'target', type: 'text', sql: 'facts.target', note: 'the column that is predicted' },
  { name: 'task', type: 'text', sql: 'facts.task', note: 'binary, multiclass or regression' },
  { name: 'dataset', type: 'text', sql: 'facts.dataset_name', note: 'name of the dataset', aliases: ['dataset_name'] },
  { name: 'dataset_version', type: 'number', sql: 'facts.dataset_version', note: 'version of the dataset' },
  { name: 'dataset_identity', type: 'text', sql: 'facts.dataset_identity', note: 'sha256:… of the rows' },
  {
    name: 'start_time',
    type: 'time',
    sql: 'facts.created_at',
    note: 'when it was made',
    aliases: ['created', 'created_at'],
  },
  { name: 'seconds', type: 'number', sql: 'facts.seconds', note: 'time of the fit', aliases: ['duration'] },
  { name: 'number', type: 'number', sql: 'facts.number', note: 'number of the run' },
  { name: 'run_name', type: 'text', sql: 'facts.name', note: 'the name it was given', aliases: ['name'] },
  { name: 'run_id', type: 'text', sql: 'facts.run_id', note: 'run_…', aliases: ['id'] },
  { name: 'job_id', type: 'text', sql: 'facts.job_id', note: 'the training it belongs to', aliases: ['job'] },
  { name: 'sweep', type: 'text', sql: "facts.search ->> '$.sweep'", note: 'the search that chose it' },
  { name: 'status', type: 'text', sql: "'succeeded'", note: 'succeeded (FINISHED in MLflow)' },
  { name: 'features', type: 'number', sql: 'facts.features', note: 'how many columns it learnt from' },
  { name: 'training_rows', type: 'number', sql: 'facts.training_rows', note: 'rows that it learnt from' },
  { name: 'holdout_rows', type: 'number', sql: 'facts.holdout_rows', note: 'rows that it was judged on' },
  { name: 'dropped_rows', type: 'number', sql: 'facts.dropped_rows', note: 'rows without a target' },
  { name: 'holdout_looks', type: 'number', sql: 'facts.looks', note: 'runs judged on the same holdout before' },
  { name: 'note', type: 'text', sql: "nullif(facts.note, '')", note: 'what was written about it' },
];

export function findAttribute(name: string): Attribute | undefined {
  const wanted = name.toLowerCase();
  return attributes.find((attribute) => attribute.name === wanted || attribute.aliases?.includes(wanted));
}

/** First words of a field, as MLflow takes them. */
export const entityNames: Readonly<Record<string, Entity>> = {
  metrics: 'metrics',
  metric: 'metrics',
  params: 'params',
  parameters: 'params',
  param: 'params',
  parameter: 'params',
  tags: 'tags',
  tag: 'tags',
  attributes: 'attributes',
  attribute: 'attributes',
  attr: 'attributes',
  run: 'attributes',
};

/** MLflow's names of what a run was trained on: `datasets.digest`. */
export const datasetAttributes: Readonly<Record<string, string>> = {
  name: 'dataset',
  version: 'dataset_version',
  digest: 'dataset_identity',
  identity: 'dataset_identity',
};

const plainName = /^[\p{L}_][\p{L}\p{N}_-]*(\.[\p{L}_][\p{L}\p{N}_-]*)*$/u;

/** A name as a filter writes it: in backticks where it is not made of letters, digits and _. */
export function writeName(name: string): string {
  return plainName.test(name) ? name : `\`${name.replaceAll('`', '``')}\``;
}

/** The one way a field is written: `metrics.rmse`. */
export function writeField({ entity, name }: Pick<Field, 'entity' | 'name'>): string {
  return `${entity}.${writeName(name)}`;
}
