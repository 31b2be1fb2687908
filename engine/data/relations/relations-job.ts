import type { DuckDBConnection } from '@duckdb/node-api';
import { GalleyError } from '../../base/errors.ts';
import type { FrameColumn } from '../../base/frame.ts';
import type { ColumnProfile } from '../../contract/data.ts';
import type { Finding } from '../../contract/data-findings.ts';
import type { ColumnRelation, Relations } from '../../contract/data-relations.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import { openDuck, parquetTable } from '../../store/duck.ts';
import { readTableFrame } from '../../store/frames.ts';
import { count, finding, percent } from '../findings/subject.ts';
import { unknownColumn } from '../unknown-column.ts';
import { findLeaks, type Scored } from './leaks.ts';
import { information, pairMeasure } from './measures.ts';
import { leftOutReason, type RelationColumn, relationColumn } from './relation-columns.ts';
import { singleColumnScore } from './single-column-score.ts';

export interface RelationsInput {
  paths: string[];
  rows: number;
  profile: ColumnProfile[];
  timeColumn: string | null;
  target: string | null;
}

/** Rows and cells that are looked at; larger tables give every k-th row on average, spread by a multiplicative hash. */
const mostRows = 50_000;
const mostCells = 25_000_000;
const mostPairColumns = 60;
const mostPairRows = 10_000;
const columnsAtOnce = 100;
/** A target of more classes is no target. */
const mostClasses = 100;
/** Rows that agree in every feature but not in the class are worth telling from here. */
const leastConflicts = 0.01;

interface Reading {
  connection: DuckDBConnection;
  table: string;
  input: RelationsInput;
  job: JobContext;
}

/** `FROM …` of the sample: 2654435761 / 2^32 is the golden ratio, whose multiples spread evenly (Knuth, TAOCP 6.4). */
function sampled(table: string, rows: number, wanted: number): string {
  if (rows <= wanted) return table;
  const limit = Math.floor((wanted / rows) * 2 ** 32);
  return `${table} WHERE ((file_row_number + 1000003 * file_index) * 2654435761) % 4294967296 < ${limit}`;
}

async function readColumns(
  { connection, table, input, job }: Reading,
  kept: readonly ColumnProfile[],
): Promise<FrameColumn[]> {
  const wanted = Math.min(mostRows, Math.max(1000, Math.floor(mostCells / Math.max(1, kept.length))));
  const source = sampled(table, input.rows, wanted);
  const columns: FrameColumn[] = [];
  for (let first = 0; first < kept.length; first += columnsAtOnce) {
    job.throwIfCanceled();
    const some = kept.slice(first, first + columnsAtOnce);
    const named = some.map((column) => ({ name: `c${input.profile.indexOf(column)}`, type: column.type }));
    const frame = await readTableFrame(connection, source, named);
    columns.push(...frame.columns.map((column, index) => ({ ...column, name: (some[index] as ColumnProfile).name })));
    job.progress({ phase: 'reading', done: columns.length, total: kept.length });
  }
  return columns;
}

/** @throws GalleyError `data.unknown_column`, `data.unusable_target` */
export function checkTarget(profile: readonly ColumnProfile[], name: string): ColumnProfile {
  const target = profile.find((column) => column.name === name);
  if (!target) {
    const names = profile.map((column) => column.name);
    throw unknownColumn(name, names, 'to relate the others to');
  }
  const isClass = target.type === 'text' || target.type === 'boolean';
  const reason =
    target.distinct < 2
      ? 'it has no two different values'
      : target.type === 'date' || target.type === 'timestamp'
        ? 'it is a date'
        : isClass && target.distinct > mostClasses
          ? `it has ${target.distinct.toLocaleString('en-US')} different texts, and at most ${mostClasses} can be told apart`
          : undefined;
  if (reason === undefined) return target;
  throw new GalleyError('data.unusable_target', `"${name}" cannot be a target: ${reason}.`, {
    details: { column: name },
  });
}

function isClassTarget({ type, distinct }: ColumnProfile): boolean {
  return type === 'text' || type === 'boolean' || (type === 'int64' && distinct === 2);
}

function pairsOf(columns: readonly RelationColumn[], job: JobContext): Relations['pairs'] {
  const thin = columns.map(thinned);
  const table = () => columns.map(() => new Array<number | null>(columns.length).fill(null));
  const values = table();
  const spearman = table();
  for (const [i, left] of thin.entries()) {
    job.throwIfCanceled();
    job.progress({ phase: 'comparing', done: i, total: thin.length });
    for (let j = 0; j <= i; j++) {
      const pair = pairMeasure(left, thin[j] as RelationColumn);
      for (const [row, column] of [
        [i, j],
        [j, i],
      ] as const) {
        (values[row] as (number | null)[])[column] = pair.value;
        (spearman[row] as (number | null)[])[column] = pair.spearman;
      }
    }
  }
  return { columns: columns.map((column) => column.name), values, spearman };
}

function thinned(column: RelationColumn): RelationColumn {
  const { values, categories } = column;
  const step = Math.ceil((values ?? categories?.codes ?? []).length / mostPairRows);
  if (step <= 1) return column;
  return {
    ...column,
    values: values?.filter((_, row) => row % step === 0) ?? null,
    categories: categories && { ...categories, codes: categories.codes.filter((_, row) => row % step === 0) },
  };
}

/** Rows that have every feature in common with another row, but not the class. */
async function conflictingRows(
  { connection, table, input }: Reading,
  features: readonly ColumnProfile[],
  target: ColumnProfile,
): Promise<Finding[]> {
  const sql = (column: ColumnProfile) => `c${input.profile.indexOf(column)}`;
  if (features.length === 0) return [];
  const hash = `hash(${features.map(sql).join(', ')})`;
  const reader = await connection.runAndReadAll(
    `SELECT coalesce(sum(n), 0)::DOUBLE FROM (SELECT count(*) AS n FROM (SELECT ${hash} AS h, ${sql(target)} AS t FROM ${table} ` +
      `WHERE ${sql(target)} IS NOT NULL) GROUP BY h HAVING min(t) IS DISTINCT FROM max(t))`,
  );
  const rows = Number(reader.getRows()[0]?.[0]);
  if (rows < leastConflicts * input.rows) return [];
  return [
    finding('note', 'conflicting_rows', [target.name], {
      message: `${count(rows, 'row')} agree with another row in every column that a model could use, but not in "${target.name}".`,
      evidence: `${percent(rows, input.rows)} of all rows.`,
      advice: 'No model can tell them apart: look whether a column is missing that could.',
      rows,
    }),
  ];
}

function relationsWithTarget(
  columns: readonly RelationColumn[],
  target: RelationColumn,
  isClass: boolean,
  job: JobContext,
): Scored[] {
  const scored = columns.map((column, index) => {
    job.throwIfCanceled();
    job.progress({ phase: 'relating', done: index, total: columns.length });
    const relation: ColumnRelation = {
      name: column.name,
      kind: column.kind,
      ...pairMeasure(column, isClass ? { ...target, kind: 'category' } : target),
      mutualInformation: information(column, target),
      score: singleColumnScore(column, target, isClass),
    };
    return { column, relation };
  });
  return scored.sort((a, b) => b.relation.mutualInformation - a.relation.mutualInformation);
}

/** Looks at how columns go with each other and with a target. */
export async function runRelationsJob(input: RelationsInput, job: JobContext): Promise<Relations> {
  const duck = await openDuck({ allowed: input.paths, temporaryFolder: job.stagingFolder, memoryLimit: '500MB' });
  const connection = await duck.connect();
  const names = input.profile.map((_, index) => `c${index}`).join(', ');
  try {
    return await relate({ connection, table: `${parquetTable(input.paths)} AS rows(${names})`, input, job });
  } finally {
    connection.closeSync();
    duck.closeSync();
  }
}

async function relate(reading: Reading): Promise<Relations> {
  const { input, job } = reading;
  const targetProfile = input.target === null ? undefined : checkTarget(input.profile, input.target);
  const reasons = new Map(input.profile.map((column) => [column.name, leftOutReason(column)]));
  const kept = input.profile.filter((column) => column === targetProfile || reasons.get(column.name) === undefined);
  const frame = await readColumns(reading, kept);
  const columns = frame.map((column, index) => relationColumn(column, kept[index] as ColumnProfile));
  const target = columns.find((column) => column.name === input.target);
  const base = {
    target: input.target,
    rows: input.rows,
    rowsUsed: frame[0]?.values.length ?? 0,
    leftOut: [...reasons].flatMap(([column, reason]) =>
      reason === undefined || column === input.target ? [] : [{ column, reason }],
    ),
  };
  if (!target || !targetProfile)
    return { ...base, scoredBy: null, columns: [], pairs: pairsOf(columns.slice(0, mostPairColumns), job), leaks: [] };
  const isClass = isClassTarget(targetProfile);
  const features = columns.filter((column) => column !== target);
  const scored = relationsWithTarget(features, target, isClass, job);
  const scoredBy = isClass ? 'auc' : 'r2';
  const time = columns.find((column) => column.name === input.timeColumn);
  const isTime = (name: string) =>
    ['date', 'timestamp'].includes(kept.find((column) => column.name === name)?.type ?? '');
  const leaks = findLeaks({
    target,
    isClass,
    scoredBy,
    columns: scored,
    time: time?.values ? { name: time.name, values: time.values } : null,
    isTime,
  });
  const conflicts = isClass
    ? await conflictingRows(
        reading,
        kept.filter((column) => column !== targetProfile),
        targetProfile,
      )
    : [];
  const paired = [target, ...scored.map(({ column }) => column)].slice(0, mostPairColumns);
  return {
    ...base,
    scoredBy,
    columns: scored.map(({ relation }) => relation),
    pairs: pairsOf(paired, job),
    leaks: [...leaks, ...conflicts],
  };
}
