import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { dayMilliseconds, isoTime } from '../../base/clock.ts';
import { type Frame, findColumn } from '../../base/frame.ts';
import { count } from '../../base/words.ts';
import type { Rehearsal, RehearsalPeriod, RehearsalPolicy } from '../../contract/retrain-rehearsal.ts';
import type { RowWindow } from '../../contract/train.ts';
import type { ColumnType, Metrics, Problem, Signature } from '../../contract/values.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import type { StoredLimits, TimeWindow } from '../../monitor/for-jobs.ts';
import { openDuck } from '../../store/duck.ts';
import { readFrame } from '../../store/frames.ts';
import { baselineAnswer, drawRows, metricOf, type TrainingRequest } from '../../train/for-jobs.ts';
import { readTarget, rowsInWindow } from '../../train/index.ts';
import type { RankingMetric } from '../judge.ts';
import { askServer } from './ask-server.ts';
import { addsToIt, bestPolicy } from './best-policy.ts';
import { KnownRows } from './known-rows.ts';
import { PeriodFigures } from './period-figures.ts';
import { sensibleSchedules } from './policies.ts';
import { reasonWords, rehearsalWords } from './rehearsal-words.ts';
import { type RehearsedRun, rehearsePolicy } from './rehearse-policy.ts';
import type { RehearsedModel } from './rehearsed-model.ts';
import { ServedAnswers } from './served-answers.ts';
import { type Clockwork, settleClock } from './settle-clock.ts';
import type { Stage } from './stage.ts';
import { sumUp, type Yardsticks } from './sum-up.ts';
import { type RepeatedTraining, TrainedModels } from './trained-models.ts';

/** Rows as Parquet files in their order. */
export interface StoredRows {
  paths: string[];
  columns: { name: string; type: ColumnType }[];
}

export interface RehearseInput {
  rows: StoredRows;
  timeColumn: string;
  /** The version whose recipe is rehearsed, and the rows that its run used. */
  version: {
    /** `ridership@1`. */
    name: string;
    onnx: string;
    signature: Signature;
    metrics: Metrics;
    importance: [string, number][];
    rows: StoredRows;
    request: TrainingRequest;
  };
  training: RepeatedTraining;
  metric: RankingMetric;
  margin: number;
  limits: StoredLimits;
  /** Rows that a period needs before it is judged. */
  minimumRows: number;
  /** UTC epoch milliseconds. */
  from?: number;
  to?: number;
  period?: RehearsalPeriod;
  /** Days. */
  labelDelay: number;
  policies?: RehearsalPolicy[];
  baseline?: number;
  throughServer: boolean;
}

/** A rehearsal without what only the engine knows. */
export type RehearseOutput = Omit<Rehearsal, 'id' | 'createdAt' | 'model' | 'dataset' | 'adopted' | 'limits'>;

/**
 * Rehearses policies on a simulated clock.
 * @throws GalleyError `retrain.nothing_to_rehearse`, `train.…` where the first model cannot be trained, `job.canceled`
 */
export async function runRehearseJob(input: RehearseInput, job: JobContext): Promise<RehearseOutput> {
  job.progress({ phase: 'reading the rows', done: 0, total: 0 });
  const frame = await read(input.rows, job);
  const seen = sameFiles(input.rows, input.version.rows) ? frame : await read(input.version.rows, job);
  return rehearse(input, { frame, seen }, job);
}

/** What a rehearsal needs of its job. */
export type RehearsalTools = Pick<JobContext, 'stagingFolder' | 'progress' | 'throwIfCanceled'>;

/**
 * The same on rows in memory.
 * @param frames all columns of the rows to replay, and of those that the version's run used.
 */
export async function rehearse(
  input: RehearseInput,
  { frame, seen }: { frame: Frame; seen: Frame },
  job: RehearsalTools,
): Promise<RehearseOutput> {
  const folder = join(job.stagingFolder, 'models');
  mkdirSync(folder, { recursive: true });
  const throwIfCanceled = () => job.throwIfCanceled();
  const rows = new KnownRows(frame, input.timeColumn, input.labelDelay * dayMilliseconds);
  const newestSeen = newestOf(seen, input.version.request.window, input.timeColumn);
  const clockwork = settleClock(rows, input, newestSeen, input.minimumRows);
  const { periods, isVersionFirst } = clockwork;
  const monotonic = () => performance.now();
  const models = new TrainedModels(rows, input.training, { folder, throwIfCanceled, monotonic });
  job.progress({ phase: 'the first model', done: 0, total: 0 });
  const first = isVersionFirst ? versionModel(input, seen) : await models.at(beginOf(periods));
  const { metric, margin, limits } = input;
  const { target, seed } = input.training.order;
  const answers = new ServedAnswers({
    ...{ frame, target, folder, throwIfCanceled },
    periods: periods.map((window) => rows.between(window.from, window.to)),
  });
  const stage: Stage = {
    ...{ rows, periods, first, models, answers, target, metric, margin, limits, seed, throwIfCanceled },
    task: input.training.recipe.task,
    comparisons: new Map(),
  };
  try {
    const runs = await rehearsePolicies(stage, input.policies ?? defaultPolicies(clockwork), job);
    const result = await resultOf(stage, input, clockwork, runs);
    if (input.throughServer) job.progress({ phase: 'asking a prediction server', done: 0, total: 0 });
    const { champions } = runs.get(result.best) as RehearsedRun;
    return {
      ...result,
      trainings: models.count,
      server: input.throughServer ? await askServer(stage, champions, folder) : null,
    };
  } finally {
    await answers.close();
  }
}

function beginOf(periods: Stage['periods']): number {
  return (periods[0] as TimeWindow).from;
}

async function rehearsePolicies(
  stage: Stage,
  wished: readonly RehearsalPolicy[],
  job: RehearsalTools,
): Promise<Map<RehearsalPolicy, RehearsedRun>> {
  const figures = new PeriodFigures(stage);
  const policies = new Set(wished);
  const runs = new Map<RehearsalPolicy, RehearsedRun>();
  let done = 0;
  const total = policies.size * stage.periods.length;
  for (const policy of policies) {
    const onPeriod = () => job.progress({ phase: `rehearsing ${policy}`, done: ++done, total });
    runs.set(policy, await rehearsePolicy(stage, figures, policy, onPeriod));
  }
  return runs;
}

/** What it came to, and what that means. */
async function resultOf(
  stage: Stage,
  input: RehearseInput,
  { period, periods, isVersionFirst }: Clockwork,
  runs: ReadonlyMap<RehearsalPolicy, RehearsedRun>,
): Promise<Omit<RehearseOutput, 'trainings' | 'server'>> {
  const { metric, first, seed } = stage;
  const from = beginOf(periods);
  const yardsticks: Yardsticks = {
    metric,
    firstQuality: first.metrics[metric.name] ?? null,
    baseline: await baselineOf(stage, input.baseline),
  };
  const policies = [...runs].map(([policy, run]) => sumUp(policy, run, yardsticks));
  const rule = { ...yardsticks, seed };
  const { best, highest } = bestPolicy(policies, rule);
  const addNothing = policies.filter(
    (policy) => policy.retrainings > best.retrainings && !addsToIt(policy, best, rule),
  );
  const facts = { ...yardsticks, from, policies, best, highest, addNothing };
  const { name } = input.version;
  return {
    target: stage.target,
    metric,
    from: isoTime(from),
    to: isoTime((periods.at(-1) as TimeWindow).to),
    period,
    labelDelay: input.labelDelay,
    windowDays: input.training.windowDays,
    margin: stage.margin,
    first: {
      kind: isVersionFirst ? 'version' : 'trained',
      description: isVersionFirst
        ? `${name} as it is`
        : `the recipe of ${name}, trained on ${count(first.training.length, 'row')} before ${isoTime(from).slice(0, 10)}`,
      quality: yardsticks.firstQuality,
    },
    baseline: { kind: input.baseline === undefined ? 'constant' : 'given', values: [...yardsticks.baseline] },
    policies,
    best: best.policy,
    because: reasonWords(facts),
    says: rehearsalWords(facts),
    warnings: warningsOf(stage.rows),
  };
}

function defaultPolicies({ period, periods }: Clockwork): RehearsalPolicy[] {
  return ['never', ...sensibleSchedules(period, periods), 'on-drift', 'on-performance'];
}

/** The version itself, as the registry has it. */
function versionModel({ version }: RehearseInput, seen: Frame): RehearsedModel {
  const { request } = version;
  const { training } = drawRows(seen, request);
  return {
    key: version.name,
    onnx: version.onnx,
    signature: version.signature,
    metrics: version.metrics,
    importance: new Map(version.importance),
    training,
    frame: () => seen,
    window: request.window,
    split: request.split,
    keyColumns: request.keyColumns,
    ...(request.rowIdentity && { rowIdentity: request.rowIdentity }),
    seconds: 0,
  };
}

/** The time of the newest row that a run used; undefined where its rows have no such time. */
function newestOf(frame: Frame, window: RowWindow | null, timeColumn: string): number | undefined {
  const column = findColumn(frame, timeColumn);
  if (column?.kind !== 'time') return undefined;
  const times = Array.from(rowsInWindow(frame, window), (row) => column.values[row] as number);
  return times.filter((time) => !Number.isNaN(time)).sort((one, other) => other - one)[0];
}

/** A value that was given, or what the mean (the shares of the classes) of the first training part gets in each period. */
async function baselineOf({ first, answers, periods, target, metric }: Stage, given?: number) {
  if (given !== undefined) return periods.map(() => given);
  const { task, classes = [], threshold = 0.5 } = first.signature;
  const column = findColumn(first.frame(), target);
  if (column === undefined) return periods.map(() => null);
  const { values } = readTarget(column, { task, classes });
  const constant = baselineAnswer(
    Float64Array.from(first.training, (row) => values[row] as number),
    classes.length,
  );
  const results: (number | null)[] = [];
  for (const index of periods.keys()) {
    const { targets } = await answers.of(first, index);
    const known = targets.filter((value) => !Number.isNaN(value));
    const repeated = Float64Array.from(
      { length: known.length * constant.length },
      (_, place) => constant[place % constant.length] as number,
    );
    const judged = { task, classes, threshold, answers: { values: repeated }, target: known };
    results.push(known.length === 0 ? null : metricOf(judged, metric.name));
  }
  return results;
}

function warningsOf(rows: KnownRows): Problem[] {
  if (rows.withoutTime === 0) return [];
  const message = `${count(rows.withoutTime, 'row')} without a value in "${rows.timeColumn}" had no part in it.`;
  return [{ code: 'retrain.rows_without_time', message }];
}

function sameFiles(one: StoredRows, other: StoredRows): boolean {
  return one.paths.join('\n') === other.paths.join('\n');
}

async function read({ paths, columns }: StoredRows, job: JobContext): Promise<Frame> {
  const duck = await openDuck({ allowed: paths, temporaryFolder: job.stagingFolder, threads: 1 });
  const connection = await duck.connect();
  try {
    return await readFrame(connection, paths, columns);
  } finally {
    connection.closeSync();
    duck.closeSync();
  }
}
